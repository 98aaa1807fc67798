import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunRecord } from '../../src/runs/runRecord.ts';

/** A record as a finished run has it, unless `change` says otherwise. */
export function runRecord(change: Partial<RunRecord> = {}): RunRecord {
  const variant = change.variant ?? 'ln';
  const seed = change.seed ?? 0;
  const best = { 'validation/accuracy': 0.8 + seed / 100 };
  return {
    formatVersion: 1,
    status: 'finished',
    recipe: 'demo',
    variant,
    seed,
    configuration: `hash of ${change.recipe ?? 'demo'} ${variant}`,
    position: 0,
    createdAt: '2026-11-24T22:15:03.000Z',
    elapsedMs: 1000,
    metric: 'validation/accuracy',
    hashes: { data: { train: 'a' }, baseWeights: 'b' },
    summary: {
      last: { 'train/loss': 0.5, ...best },
      best,
      bestStep: 10,
      samplesPerSecond: 100,
      peakMemoryBytes: 1,
      parameters: { trained: 5, stored: 4, head: 2 },
    },
    ...change,
  };
}

/** Writes a run folder; `metrics`: lines of metrics.jsonl. Returns its path. */
export function writeRun(
  runsDir: string,
  id: string,
  {
    record = {},
    metrics = [],
    recipe = 'version: 1\n',
  }: { record?: Partial<RunRecord>; metrics?: readonly object[]; recipe?: string } = {},
): string {
  const dir = join(runsDir, id);
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'recipe.peft.yaml'), recipe);
  writeFileSync(join(dir, 'run.json'), JSON.stringify(runRecord(record)));
  writeFileSync(join(dir, 'metrics.jsonl'), metrics.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return dir;
}

/** Lines of steps 1 to `count`, as a run logs them. */
export function losses(count: number, first = 1): object[] {
  return Array.from({ length: count }, (_, i) => {
    const step = first + i;
    return { step, time: step / 4, epoch: step / 100, lr: 0.001, 'train/loss': 1 / step };
  });
}
