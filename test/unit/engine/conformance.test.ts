import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import type { HostTensor } from '../../../src/core/tensor.ts';
import type { ExecutorId } from '../../../src/engine/executor.ts';
import { executors } from '../../../src/engine/registry.ts';
import { evaluationProgram, trainingPrograms, type StepSettings } from '../../../src/program/training.ts';
import type { Program } from '../../../src/program/program.ts';
import { casesOn, comparedHere } from '../../support/executorsHere.ts';
import {
  methodExamples,
  oneExampleEach,
  unionExamples,
  type UnionExample,
} from '../../support/methodExamples.ts';
import { plainSettings, tinyAssembly, tinyFeeds, tinyModels, tinyWeights } from '../../support/tinyModel.ts';

/** Sizes at which no program is ever traced, the smallest included. */
const UNSEEN = [
  { B: 1, S: 2 },
  { B: 4, S: 16 },
  { B: 9, S: 6 },
];

/** The loss does not depend on the keys' biases: with Adam's usual epsilon their steps would show how each executor rounds. */
const settings = { ...plainSettings, adam_epsilon: 1e-4 };

const programSets: Record<
  string,
  {
    settings: StepSettings;
    programs: (assembly: ReturnType<typeof tinyAssembly>, settings: StepSettings) => Program[];
  }
> = {
  step: { settings, programs: (a, s) => Object.values(trainingPrograms(a, s)) },
  'accumulate, apply': {
    settings: { ...settings, gradient_accumulation_steps: 2 },
    programs: (a, s) => Object.values(trainingPrograms(a, s)),
  },
  'step with sgd': {
    settings: { ...settings, optim: 'sgd' },
    programs: (a, s) => Object.values(trainingPrograms(a, s)),
  },
  evaluate: { settings, programs: (a) => [evaluationProgram(a)] },
};

/** Everything the programs of a set give back and leave behind, run one after the other at each size. */
async function outcome(
  id: ExecutorId,
  made: { config: JsonObject; use: UnionExample['use']; pooling: string },
  set: (typeof programSets)[string],
) {
  const executor = await executors[id]();
  const assembly = tinyAssembly(made);
  const weights = tinyWeights(assembly, set.settings);
  const stores = { frozen: executor.store(weights.frozen), state: executor.store(weights.state) };
  const seen: [string, HostTensor][] = [];
  const executables = await Promise.all(
    set.programs(assembly, set.settings).map((program) => executor.compile(program)),
  );
  for (const [step, { B, S }] of UNSEEN.entries()) {
    const size = { B, S: Math.min(S, assembly.maxLength) };
    for (const executable of executables) {
      const feeds = tinyFeeds(assembly, set.settings, { ...size, step });
      const results = await executable.run({ ...stores, feeds });
      for (const [name, tensor] of Object.entries(results))
        seen.push([`${executable.program.name} ${step} ${name}`, tensor]);
    }
    for (const [name, tensor] of await stores.state.read()) seen.push([`state ${step} ${name}`, tensor]);
  }
  return new Map(seen);
}

describe.each(comparedHere)('%s equals the reference at unseen sizes', (id) => {
  const everySet = Object.keys(programSets).flatMap((set) =>
    ['model', 'mean'].map((pooling) => ({ name: 'LN', use: { ln_tuning: {} }, set, pooling })),
  );
  const everyMethod = [...methodExamples, ...unionExamples.slice(-1)].flatMap(({ name, use }) =>
    ['step', 'evaluate'].map((set) => ({ name, use, set, pooling: 'model' })),
  );
  const ofEach = new Set(oneExampleEach.map(({ name }) => name));
  const cases = casesOn(
    id,
    tinyModels.flatMap((model) => [...everySet, ...everyMethod].map((each) => ({ ...model, ...each }))),
    ({ architecture, name, set, pooling }) =>
      architecture === 'bert' && set === 'step' && pooling === 'model' && ofEach.has(name),
  );
  it.each(cases)('$architecture, $name, $set, pooling $pooling', async ({ set, ...made }) => {
    const expected = await outcome('reference', made, programSets[set]);
    const found = await outcome(id, made, programSets[set]);
    expect([...found.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [name, { shape, data }] of expected) {
      const other = found.get(name);
      expect(other?.shape, name).toEqual(shape);
      const scale = Math.max(1, ...data.map(Math.abs));
      data.forEach((x, i) =>
        expect(Math.abs((other?.data[i] ?? NaN) - x) / scale, `${name}[${i}]`).toBeLessThan(2e-5),
      );
    }
  });
});
