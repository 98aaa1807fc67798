import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runPaths } from '../../../src/runs/runPaths.ts';
import { trainRun } from '../../../src/trainer/trainRun.ts';
import { readMetrics } from '../../support/readMetrics.ts';
import { recordOf, runTraces } from '../../support/runTraces.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { queueTinyRun, writeTinyWorkspace } from '../../support/tinyWorkspace.ts';

/** Trains until the given look at the requests, which are between steps and between batches of an evaluation; returns the number of looks. */
async function trainUntil(runDir: string, look: number): Promise<number> {
  let looks = 0;
  const stop = () => (looks += 1) >= look;
  await trainRun(runDir, { stop, checkpoint: () => false }, {});
  return looks;
}

it('stops wherever it is asked to, also within an evaluation, and goes on to the same numbers', async () => {
  const dir = temporaryFolder();
  const recipe = await writeTinyWorkspace(dir);
  // 5 steps in 2 parts, each with an evaluation of 2 batches; at the end 2 batches of the test file.
  const change = (text: string) =>
    text
      .replace('num_train_epochs: 3', 'max_steps: 5\n  eval_strategy: steps\n  eval_steps: 3')
      .replace('training:', 'training:\n  per_device_eval_batch_size: 10');
  const whole = await queueTinyRun(recipe, join(dir, 'whole'), change);
  const looks = await trainUntil(whole, Infinity);
  expect(await recordOf(whole)).toMatchObject({ status: 'finished' });
  expect(looks).toBe(5 + 2 + 2 + 2);
  const expected = await runTraces(whole);

  const phases = new Set<string>();
  for (let look = 1; look <= looks; look += 1) {
    const run = await queueTinyRun(recipe, join(dir, `at-${look}`), change);
    expect(await trainUntil(run, look)).toBe(look);
    const { status, progress } = await recordOf(run);
    expect(status).toBe('stopped');
    const { metrics, adapter, lastCheckpoint } = runPaths(run);
    expect(await readdir(adapter).catch(() => 'none')).toBe('none');
    expect((await readFile(lastCheckpoint)).length).toBeGreaterThan(0);
    // No step is lost, and an evaluation that was broken off has left nothing.
    const evaluations = (await readMetrics(metrics)).filter((line) => 'validation/accuracy' in line).length;
    phases.add(`${evaluations} evaluations after step ${progress!.step}`);
    await trainUntil(run, Infinity);
    expect(await runTraces(run)).toEqual(expected);
  }
  expect([...phases]).toContain('0 evaluations after step 3');
  expect([...phases]).toContain('1 evaluations after step 5');
  expect([...phases]).toContain('2 evaluations after step 5');
});
