import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runPaths } from '../../src/runs/runPaths.ts';
import { readRunRecord, type RunRecord } from '../../src/runs/runRecord.ts';
import { readMetrics } from './readMetrics.ts';

export async function recordOf(runDir: string): Promise<RunRecord> {
  const read = await readRunRecord(runDir);
  if ('problem' in read) throw new Error(read.problem);
  return read.record;
}

/** What a finished run leaves, without times, speed and memory. */
export async function runTraces(runDir: string) {
  const { predictions, metrics, adapter } = runPaths(runDir);
  const { summary } = await recordOf(runDir);
  return {
    metrics: (await readMetrics(metrics)).map(({ time: _, ...rest }) => rest),
    best: summary?.best,
    bestStep: summary?.bestStep,
    validation: await readFile(predictions('validation'), 'utf8'),
    test: await readFile(predictions('test'), 'utf8'),
    adapter: (await readFile(join(adapter, 'adapter.safetensors'))).toString('base64'),
  };
}
