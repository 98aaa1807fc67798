import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GRADIENT_SQUARES } from '../../../src/program/training.ts';
import { readAdapter, writeAdapter } from '../../../src/checkpoints/adapterFolder.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { floatTensor, sizeOf, type HostTensor, type HostTensors } from '../../../src/core/tensor.ts';
import { storedTensors, type Assembly } from '../../../src/program/assembly.ts';
import { isMergeable } from '../../../src/program/merge.ts';
import { expectClose } from '../../support/closeness.ts';
import { methodExamples, unionExamples } from '../../support/methodExamples.ts';
import { computed, tinyMerged, tinyStart } from '../../support/methodStart.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import {
  plainSettings,
  tinyAssembly,
  tinyFeeds,
  tinyModels,
  tinyWeights,
  withoutDropout,
} from '../../support/tinyModel.ts';
import { tinyRun } from '../../support/tinyRun.ts';

const size = { B: 4, S: 8 };
const withoutDecay = { ...plainSettings, weight_decay: 0 };

type Weights = ReturnType<typeof tinyWeights>;

async function logitsOf(assembly: Assembly, weights: Weights): Promise<HostTensor> {
  const run = await tinyRun({ assembly, weights });
  return (await run.run('evaluate', tinyFeeds(assembly, plainSettings, size))).logits;
}

const cases = tinyModels.flatMap((model) =>
  [...methodExamples, ...unionExamples].map((example) => ({ ...model, ...example })),
);

describe.each(cases)('$architecture: $name', ({ config, use, identity }) => {
  const assembly = tinyAssembly({ config, use });
  const headOnly = tinyAssembly({ config, use: { head_only: {} } });
  const headNames = headOnly.trained.map(({ name }) => name);
  const declared = new Map(
    assembly.methods.flatMap(({ method, fields }) =>
      method.declare(fields, assembly.info).map((tensor) => [tensor.name, tensor] as const),
    ),
  );

  it(
    identity ? 'computes at first what the model computes' : 'changes the model from the first',
    async () => {
      const start = await logitsOf(assembly, await tinyStart(assembly));
      const plain = await logitsOf(headOnly, await tinyStart(headOnly));
      if (identity) expect(start).toEqual(plain);
      else expect(start).not.toEqual(plain);
    },
  );

  it.each([
    ['without dropout', withoutDropout(config)],
    ['with dropout', config],
  ])('moves every tensor that it declares, and nothing else, in two steps %s', async (_, config) => {
    const assembly = tinyAssembly({ use, config });
    const start = await tinyStart(assembly);
    const run = await tinyRun({ assembly, settings: withoutDecay, weights: start });
    for (const step of [0, 1]) {
      const { finite } = await run.run('step', tinyFeeds(assembly, withoutDecay, { ...size, step }));
      expect(finite.data[0]).toBe(1);
    }
    expect(await run.frozen.read()).toEqual(start.frozen);
    const moved = [...(await run.state.read())].filter(
      ([name, tensor]) => !isEqual(tensor, start.state.get(name)!),
    );
    const names = [...headNames, ...declared.keys()];
    const moments = names.flatMap((name) => [`adam_m/${name}`, `adam_v/${name}`]);
    expect(moved.map(([name]) => name).sort()).toEqual([...names, ...moments, GRADIENT_SQUARES].sort());
  });

  it('is counted as it declares', () => {
    const { trained, stored } = assembly.parameters;
    expect(trained).toBe(count([...declared.values()]));
    const folded = assembly.methods.flatMap(({ method, fields }) => {
      const kept = method.fold?.fields(fields);
      return kept === undefined ? [] : method.declare(kept, assembly.info);
    });
    expect(stored).toBe(count([...declared.values()].filter((tensor) => tensor.stored)) + count(folded));
  });

  it('is saved, and reloaded equal to the bit', async () => {
    const weights = tinyWeights(assembly);
    const tensors = kept(assembly, weights.state);
    const dir = join(temporaryFolder(), 'adapter');
    await writeAdapter(dir, {
      recipe: 'test',
      variant: 'test',
      base: { model: 'tiny', weightsSha256: '00' },
      methods: [],
      task: { type: 'text-classification', labels: ['a', 'b', 'c'] },
      parameters: assembly.parameters,
      metrics: {},
      tensors,
    });
    const reloaded = (await readAdapter(dir)).tensors;
    expect(reloaded).toEqual(tensors);

    const asKept = keptAssembly(assembly, { config, use });
    const again = tinyWeights(asKept);
    expectClose(
      'logits',
      (await logitsOf(asKept, { ...again, state: new Map([...again.state, ...reloaded]) })).data,
      (await logitsOf(assembly, weights)).data,
    );
  });

  if (!assembly.methods.every(({ method }) => isMergeable(method))) return;
  it('merged, computes the same', async () => {
    const { frozen, state } = tinyWeights(assembly);
    const trained = new Map([...state].map(([name, tensor]) => [name, changed(tensor)]));
    const merged = tinyMerged(assembly, trained);
    const plain = tinyWeights(headOnly);
    const pick = (tensors: HostTensors) =>
      new Map([...tensors].map(([name, tensor]) => [name, merged.get(name) ?? tensor]));
    expectClose(
      'logits',
      (await logitsOf(headOnly, { frozen: pick(plain.frozen), state: pick(plain.state) })).data,
      (await logitsOf(assembly, { frozen, state: trained })).data,
    );
  });
});

/** The head and what an adapter keeps, with its values. */
function kept(assembly: Assembly, values: HostTensors): HostTensors {
  const folded = assembly.methods.flatMap(({ method, fields }) =>
    method.fold?.fields(fields) === undefined
      ? []
      : [...computed(values, (parameters) => method.fold!.tensors(fields, assembly.info, parameters))],
  );
  const all = new Map([...values, ...folded]);
  return new Map(storedTensors(assembly, assembly.trained).map(({ name }) => [name, all.get(name)!]));
}

/** The assembly of the forms that are kept. */
function keptAssembly(
  { methods }: Assembly,
  { config, use }: { config: JsonObject; use: Readonly<Record<string, object>> },
): Assembly {
  const folded = methods.flatMap(({ method, fields }) => {
    const form = method.fold?.fields(fields);
    return form === undefined ? [] : [[method.id, form as object] as const];
  });
  return tinyAssembly({ config, use: { ...use, ...Object.fromEntries(folded) } });
}

/** So that a tensor that replaces the checkpoint's own has another value. */
function changed({ shape, data }: HostTensor): HostTensor {
  return floatTensor(
    shape,
    Float32Array.from(data, (x) => 1.2 * x + 0.1),
  );
}

function isEqual(a: HostTensor, b: HostTensor): boolean {
  return a.data.every((x, i) => Object.is(x, b.data[i]));
}

function count(tensors: readonly { readonly shape: readonly number[] }[]): number {
  return tensors.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}
