import { expect, it } from 'vitest';
import { plainSettings, tinyAssembly, tinyConfig, tinyFeeds } from '../../support/tinyModel.ts';
import { tinyRun } from '../../support/tinyRun.ts';

const assembly = tinyAssembly({
  config: { ...tinyConfig, hidden_dropout_prob: 0, attention_probs_dropout_prob: 0 },
});
const feeds = tinyFeeds(assembly, plainSettings, { B: 6, S: 7 });

/** Transformers' LabelSmoother, in double precision: mean over the examples of (1 - e) (-log p[label]) + e mean(-log p). */
function smoothed(logits: readonly number[][], labels: readonly number[], e: number): number {
  const losses = logits.map((row, i) => {
    const surprise = row.map((x) => Math.log(row.reduce((sum, y) => sum + Math.exp(y), 0)) - x);
    return (1 - e) * surprise[labels[i]] + (e * surprise.reduce((sum, x) => sum + x, 0)) / row.length;
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

it.each([0, 0.1, 0.5])(
  'by %d changes the loss of a step as Transformers does, and not that of an evaluation',
  async (e) => {
    const { run } = await tinyRun({ assembly, settings: { ...plainSettings, label_smoothing_factor: e } });
    const { logits, losses } = await run('evaluate', feeds);
    const { loss } = await run('step', feeds);
    const rows = Array.from({ length: 6 }, (_, row) => [...logits.data.slice(3 * row, 3 * row + 3)]);
    const labels = [...feeds.labels.data];
    expect(loss.data[0]).toBeCloseTo(smoothed(rows, labels, e), 6);
    expect([...losses.data].reduce((sum, x) => sum + x, 0) / 6).toBeCloseTo(smoothed(rows, labels, 0), 6);
  },
);
