import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { floatTensor, type HostTensor, type HostTensors } from '../../../src/core/tensor.ts';
import type { ExecutorId } from '../../../src/engine/executor.ts';
import { executors } from '../../../src/engine/registry.ts';
import { evaluationProgram, trainingPrograms, type StepSettings } from '../../../src/program/training.ts';
import type { Program } from '../../../src/program/program.ts';
import { casesOn, comparedHere, DEVICE_TIMEOUT_MS } from '../../support/executorsHere.ts';
import {
  methodExamples,
  oneExampleEach,
  unionExamples,
  type UnionExample,
} from '../../support/methodExamples.ts';
import { plainSettings, tinyAssembly, tinyFeeds, tinyModels, tinyWeights } from '../../support/tinyModel.ts';
import { tinyRun } from '../../support/tinyRun.ts';

/** Sizes at which no program is ever traced, the smallest included. */
const UNSEEN = [
  { B: 1, S: 2 },
  { B: 4, S: 16 },
  { B: 9, S: 6 },
];

const TOLERANCE = 2e-5;
const FLOOR = 1e-3;

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

/** What the programs of a set give back and leave behind, run one after the other at each size; gradients are what `accumulate` leaves. */
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
      for (const [name, tensor] of await stores.state.read())
        seen.push([`${executable.program.name} ${step} leaves ${name}`, tensor]);
    }
  }
  return new Map(seen);
}

describe.each(comparedHere)(
  '%s equals the reference at unseen sizes',
  { timeout: DEVICE_TIMEOUT_MS },
  (id) => {
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
        pooling === 'model' &&
        (name === 'LN'
          ? set === 'accumulate, apply'
          : architecture === 'bert' && set === 'step' && ofEach.has(name)),
    );
    it.each(cases)('$architecture, $name, $set, pooling $pooling', async ({ set, ...made }) => {
      const expected = await outcome('reference', made, programSets[set]);
      const found = await outcome(id, made, programSets[set]);
      expect([...found.keys()].sort()).toEqual([...expected.keys()].sort());
      for (const [name, tensor] of expected) expectSame(name, found.get(name), tensor);
    });

    it('over 20 steps', async () => {
      const [expected, found] = [await curve('reference'), await curve(id)];
      const losses = expected.get('loss')!.data;
      expect(losses.length).toBe(20);
      expect(Math.max(...losses) - Math.min(...losses), 'how far the loss moves').toBeGreaterThan(0.3);
      for (const [name, tensor] of expected) expectSame(name, found.get(name), tensor);
    });
  },
);

/** Losses of 20 steps in batches of different sizes, and what they leave. */
async function curve(executorId: ExecutorId): Promise<HostTensors> {
  const { assembly, run, state } = await tinyRun({ executorId, settings });
  const losses: number[] = [];
  for (let step = 0; step < 20; step++) {
    const size = { B: 3 + (step % 3), S: 5 + (step % 2) };
    losses.push((await run('step', tinyFeeds(assembly, settings, { ...size, step }))).loss.data[0]);
  }
  return new Map([['loss', floatTensor([20], losses)], ...(await state.read())]);
}

/** Differences in units of the tensor's largest element: gradients are small. Below FLOOR is what rounding leaves of zero. */
function expectSame(name: string, found: HostTensor | undefined, { shape, data }: HostTensor): void {
  expect(found?.shape, name).toEqual(shape);
  const scale = Math.max(FLOOR, ...data.map(Math.abs));
  data.forEach((x, i) =>
    expect(Math.abs((found?.data[i] ?? NaN) - x) / scale, `${name}[${i}]`).toBeLessThan(TOLERANCE),
  );
}
