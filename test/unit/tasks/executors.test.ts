import { describe, expect, it } from 'vitest';
import type { HostTensor } from '../../../src/core/tensor.ts';
import type { ExecutorId } from '../../../src/engine/executor.ts';
import { comparedHere } from '../../support/executorsHere.ts';
import { expectClose } from '../../support/closeness.ts';
import { taskExamples, type TaskExample } from '../../support/taskExamples.ts';
import { plainSettings, tinyAssembly, tinyFeeds } from '../../support/tinyModel.ts';
import { tinyRun } from '../../support/tinyRun.ts';

/**
 * The loss does not depend on the keys' biases, nor on that of a head whose classes are the tokens: with Adam's usual epsilon their steps would
 * show how each executor rounds.
 */
const settings = { ...plainSettings, adam_epsilon: 1e-4 };

/** Sizes at which no program is ever traced. */
const UNSEEN = [
  { B: 1, S: 2 },
  { B: 4, S: 16 },
];

/** What a step and an evaluation give back and leave behind at each size. */
async function outcome(executorId: ExecutorId, { task, config, fields }: TaskExample) {
  const assembly = tinyAssembly({ config, task, taskFields: fields });
  const run = await tinyRun({ executorId, settings, assembly });
  const seen = new Map<string, HostTensor>();
  for (const [step, size] of UNSEEN.entries()) {
    const feeds = tinyFeeds(assembly, settings, { ...size, step });
    for (const program of ['step', 'evaluate'])
      for (const [name, tensor] of Object.entries(await run.run(program, feeds)))
        seen.set(`${program} ${step} ${name}`, tensor);
    for (const [name, tensor] of await run.state.read()) seen.set(`state ${step} ${name}`, tensor);
  }
  return seen;
}

describe.each(comparedHere)('%s equals the reference at unseen sizes', (id) => {
  it.each(taskExamples.map((example) => ({ id: example.task.id, example })))(
    'in $id',
    async ({ example }) => {
      const expected = await outcome('reference', example);
      const found = await outcome(id, example);
      expect([...found.keys()].sort()).toEqual([...expected.keys()].sort());
      expect(expected.size).toBeGreaterThan(40);
      for (const [name, { shape, data }] of expected) {
        expect(found.get(name)?.shape, name).toEqual(shape);
        expectClose(name, found.get(name)!.data, data, 2e-5);
      }
    },
  );
});
