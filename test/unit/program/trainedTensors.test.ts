import { describe, expect, it } from 'vitest';
import { architectures } from '../../../src/models/registry.ts';
import { GRADIENT_SQUARES } from '../../../src/program/training.ts';
import { casesOn, executorsHere } from '../../support/executorsHere.ts';
import { oneExampleEach } from '../../support/methodExamples.ts';
import { plainSettings, tinyAssembly, tinyFeeds, tinyModels, tinyWeights } from '../../support/tinyModel.ts';
import { tinyRun } from '../../support/tinyRun.ts';

describe.each(executorsHere)('a step on %s', (executorId) => {
  const all = oneExampleEach.flatMap(({ name, use }) =>
    tinyModels.flatMap((model) => {
      const ofBase = [...architectures[model.architecture].sequenceHead.ofBase];
      return [
        { pooling: 'model', missing: [] },
        ...(ofBase.length > 0 ? [{ pooling: 'model', missing: ofBase }] : []),
        { pooling: 'mean', missing: [] },
      ].map((head) => ({ name, use, ...model, ...head }));
    }),
  );

  const cases = casesOn(
    executorId,
    all,
    ({ architecture, pooling, missing }) =>
      architecture === 'bert' && pooling === 'model' && missing.length === 0,
  );

  it.each(cases)(
    'moves what $name and the head declare, and nothing else: $architecture, pooling $pooling, missing $missing',
    async ({ config, use, pooling, missing }) => {
      const assembly = tinyAssembly({ config, use, pooling, missing });
      const { frozen, state } = tinyWeights(assembly);
      const after = await tinyRun({ executorId, assembly });
      const results = await after.run('step', tinyFeeds(assembly, plainSettings, { B: 4, S: 8 }));

      expect(results.finite.data[0]).toBe(1);
      const squares = (await after.state.read([GRADIENT_SQUARES])).get(GRADIENT_SQUARES)!.data;
      const sum = Array.from(squares).reduce((total, square) => total + square, 0);
      expect(Math.sqrt(sum) / results.grad_norm.data[0]).toBeCloseTo(1, 5);
      expect(await after.frozen.read()).toEqual(frozen);
      const moved = [...(await after.state.read())].filter(([name, { data }]) =>
        data.some((x, i) => !Object.is(x, state.get(name)!.data[i])),
      );
      const names = assembly.trained.map(({ name }) => name);
      const moments = names.flatMap((name) => [`adam_m/${name}`, `adam_v/${name}`]);
      expect(moved.map(([name]) => name).sort()).toEqual([...names, ...moments, GRADIENT_SQUARES].sort());
    },
  );
});
