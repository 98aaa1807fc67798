import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runPaths } from '../../../src/runs/runPaths.ts';
import { writeRunRecord } from '../../../src/runs/runRecord.ts';
import { readCheckpoint } from '../../../src/trainer/checkpoint.ts';
import { trainRun } from '../../../src/trainer/trainRun.ts';
import { recordOf, runTraces } from '../../support/runTraces.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { queueTinyRun, writeTinyWorkspace } from '../../support/tinyWorkspace.ts';

async function train(runDir: string, stop: () => boolean = () => false): Promise<string> {
  await trainRun(runDir, { stop, checkpoint: () => false }, {});
  return (await recordOf(runDir)).status;
}

async function queueAgain(runDir: string): Promise<void> {
  await writeRunRecord(runDir, { ...(await recordOf(runDir)), status: 'queued', failure: undefined });
}

/** Two evaluations, of which the second is the best. */
const twice = (text: string) =>
  text.replace(
    'num_train_epochs: 3',
    'max_steps: 12\n  eval_strategy: steps\n  eval_steps: 6\n  metric_for_best_model: loss',
  );

/** Trains until a checkpoint is to be written for the second time: a folder in its place ends the run there, as a kill would. */
async function trainToSecond(runDir: string, file: string): Promise<void> {
  const { bestCheckpoint, lastCheckpoint } = runPaths(runDir);
  let first: Buffer | undefined;
  const status = await train(runDir, () => {
    if (first === undefined && existsSync(bestCheckpoint) && existsSync(lastCheckpoint)) {
      first = readFileSync(file);
      rmSync(file);
      mkdirSync(join(file, 'in the way'), { recursive: true });
    }
    return false;
  });
  expect(status).toBe('failed');
  rmSync(file, { recursive: true });
  writeFileSync(file, first!);
}

it('never has a best checkpoint that the last one does not know, and makes it anew where it is missing', async () => {
  const dir = temporaryFolder();
  const recipe = await writeTinyWorkspace(dir);
  const whole = await queueTinyRun(recipe, join(dir, 'whole'), twice);
  expect(await train(whole)).toBe('finished');
  const expected = await runTraces(whole);
  expect(expected.bestStep).toBe(12);

  const beforeLast = await queueTinyRun(recipe, join(dir, 'before-last'), twice);
  const { bestCheckpoint, lastCheckpoint } = runPaths(beforeLast);
  await trainToSecond(beforeLast, lastCheckpoint);
  const { progress } = await readCheckpoint(lastCheckpoint);
  expect(progress.best?.step).toBe(6);
  expect((await readCheckpoint(bestCheckpoint)).progress.step).toBe(6);

  const beforeBest = await queueTinyRun(recipe, join(dir, 'before-best'), twice);
  await trainToSecond(beforeBest, runPaths(beforeBest).bestCheckpoint);
  expect((await readCheckpoint(runPaths(beforeBest).lastCheckpoint)).progress.best?.step).toBe(12);

  for (const runDir of [beforeLast, beforeBest]) {
    await queueAgain(runDir);
    expect(await train(runDir)).toBe('finished');
    expect(await runTraces(runDir)).toEqual(expected);
  }
});

it('has the metrics of the test file once, also where its conclusion was begun anew', async () => {
  const dir = temporaryFolder();
  const runDir = await queueTinyRun(await writeTinyWorkspace(dir), join(dir, 'runs'), twice);
  const { adapter, metrics } = runPaths(runDir);
  writeFileSync(adapter, 'in the way');
  expect(await train(runDir)).toBe('failed');
  rmSync(adapter);
  await queueAgain(runDir);
  expect(await train(runDir)).toBe('finished');
  expect(readFileSync(metrics, 'utf8').match(/"test\/accuracy"/g)).toHaveLength(1);
});
