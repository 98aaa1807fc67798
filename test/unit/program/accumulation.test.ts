import { describe, it } from 'vitest';
import { scalar, type HostTensor } from '../../../src/core/tensor.ts';
import { collate, type Encoded } from '../../../src/data/collate.ts';
import { expectClose } from '../../support/closeness.ts';
import { executorsHere } from '../../support/executorsHere.ts';
import { plainSettings, tinyAssembly, tinyConfig, tinyFeeds } from '../../support/tinyModel.ts';
import { tinyRun, type Feeds } from '../../support/tinyRun.ts';

const noDropout = { ...tinyConfig, hidden_dropout_prob: 0, attention_probs_dropout_prob: 0 };
const assembly = tinyAssembly({ config: noDropout });
const settings = { ...plainSettings, max_grad_norm: 0.1 };
const accumulating = { ...settings, gradient_accumulation_steps: 2 };

/** Five examples, the first three longer than the others, so that the batches are padded to different lengths. */
const examples: Encoded[] = [9, 8, 6, 4, 2].map((length, row) => ({
  inputIds: Int32Array.from({ length }, (_, i) => (7 * i + 11 * row) % 50),
  typeIds: Int32Array.from({ length }, (_, i) => Number(i > length / 2)),
  targets: Int32Array.of(row % 3),
}));

function batch(first: number, end: number): Feeds {
  const feeds: Record<string, HostTensor> = {
    ...collate(examples.slice(first, end), { padTokenId: 0, targetShape: ['B'] }),
  };
  return { ...feeds, loss_denominator: scalar(examples.length) };
}

describe.each(executorsHere)('accumulation on %s', (executorId) => {
  it('of two batches, one of them smaller, equals one batch of both; twice over', async () => {
    const [whole, parts] = [
      await tinyRun({ executorId, assembly, settings }),
      await tinyRun({ executorId, assembly, settings: accumulating }),
    ];
    for (const step of [0, 1]) {
      const update = tinyFeeds(assembly, settings, { B: 1, S: 1, step });
      const expected = await whole.run('step', { ...update, ...batch(0, 5) });
      await parts.run('accumulate', batch(0, 3));
      await parts.run('accumulate', batch(3, 5));
      const found = await parts.run('apply', update);

      for (const [name, { data }] of Object.entries(expected))
        expectClose(name, found[name].data, data, 1e-6);
      const state = await parts.state.read();
      for (const [name, { data }] of await whole.state.read())
        expectClose(name, state.get(name)!.data, data, 1e-6);
    }
  });
});
