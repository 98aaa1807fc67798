import { describe, expect, it } from 'vitest';
import type { HostTensor, HostTensors } from '../../../src/core/tensor.ts';
import type { ExecutorId } from '../../../src/engine/executor.ts';
import { executors } from '../../../src/engine/registry.ts';
import { foldProgram } from '../../../src/program/fold.ts';
import { expectClose } from '../../support/closeness.ts';
import { executorsHere } from '../../support/executorsHere.ts';
import { plainSettings, tinyAssembly, tinyFeeds, tinyWeights } from '../../support/tinyModel.ts';
import { tinyRun } from '../../support/tinyRun.ts';

const projected = { num_virtual_tokens: 3, prefix_projection: true, encoder_hidden_size: 5 };
const assembly = tinyAssembly({ use: { ln_tuning: {}, prefix_tuning: projected } });
const weights = tinyWeights(assembly);

async function folded(executorId: ExecutorId): Promise<Record<string, HostTensor>> {
  const executor = await executors[executorId]();
  const executable = await executor.compile(foldProgram(assembly)!);
  const copy = new Map(
    [...weights.state].map(([name, tensor]) => [name, { ...tensor, data: tensor.data.slice() }]),
  );
  const [frozen, state] = [executor.store(new Map()), executor.store(copy as HostTensors)];
  return executable.run({ frozen, state, feeds: {} });
}

describe('folding', () => {
  it.each(executorsHere)('on %s gives the same tensors', async (executorId) => {
    const tensors = await folded(executorId);
    expect(Object.keys(tensors)).toEqual(['prefix.prompt_embeddings']);
    const { shape, data } = tensors['prefix.prompt_embeddings'];
    expect(shape).toEqual([3, 4 * 8]);
    const [reference] = Object.values(await folded('reference'));
    expectClose('prefix', data as Float32Array, [...reference.data]);
  });

  it('gives a prefix that computes the same', async () => {
    const flat = tinyAssembly({
      use: { ln_tuning: {}, prefix_tuning: { ...projected, prefix_projection: false } },
    });
    const state = new Map([...weights.state, ...Object.entries(await folded('reference'))]);
    const names = flat.trained.map(({ name }) => name);
    const kept = new Map([...state].filter(([name]) => names.includes(name)));
    const feeds = tinyFeeds(assembly, plainSettings, { B: 4, S: 9 });
    const [before, after] = await Promise.all([
      tinyRun({ assembly, weights }),
      tinyRun({
        assembly: flat,
        weights: { frozen: weights.frozen, state: new Map([...tinyWeights(flat).state, ...kept]) },
      }),
    ]);
    const [expected, found] = [await before.run('evaluate', feeds), await after.run('evaluate', feeds)];
    expectClose('logits', found.logits.data as Float32Array, [...expected.logits.data]);
  });

  it('is not needed where all is kept as it is trained', () => {
    expect(
      foldProgram(tinyAssembly({ use: { ln_tuning: {}, prefix_tuning: { num_virtual_tokens: 3 } } })),
    ).toBeUndefined();
  });
});
