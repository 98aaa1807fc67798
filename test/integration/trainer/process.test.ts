import { readFile, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { request } from '../../../src/runs/control.ts';
import { lockState } from '../../../src/runs/lock.ts';
import type { MetricsEntry } from '../../../src/runs/metricsLog.ts';
import { readRun, type Run } from '../../../src/runs/runFolder.ts';
import { runPaths } from '../../../src/runs/runPaths.ts';
import { writeRunRecord } from '../../../src/runs/runRecord.ts';
import { launchTrainer, type TrainerProcess } from '../../../src/trainer/launch.ts';
import { readMetrics } from '../../support/readMetrics.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { queueTinyRun, writeTinyWorkspace } from '../../support/tinyWorkspace.ts';

const program = pathToFileURL(join(import.meta.dirname, '../../../dist/trainer.js'));

const launch = (runsDir: string) => launchTrainer(runsDir, process.env, { program });

const exit = (trainer: TrainerProcess) => new Promise<void>((resolve) => trainer.once('exit', resolve));

async function toEnd(runsDir: string): Promise<void> {
  await exit(launch(runsDir));
}

async function readable(runDir: string): Promise<Run> {
  const run = await readRun(runDir);
  if ('problem' in run) throw new Error(run.problem);
  return run;
}

async function lastStep(runDir: string): Promise<number> {
  return (await readMetrics(runPaths(runDir).metrics)).at(-1)?.step ?? 0;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await pause(20);
}

/** Everything a run says that may not depend on interruptions: not times, speed or memory. */
async function numbers(runDir: string) {
  const { record } = await readable(runDir);
  const paths = runPaths(runDir);
  return {
    metrics: (await readMetrics(paths.metrics)).map(({ time: _, ...rest }: MetricsEntry) => rest),
    best: record.summary?.best,
    bestStep: record.summary?.bestStep,
    predictions: await readFile(paths.predictions('test'), 'utf8'),
    adapter: (await readFile(join(paths.adapter, 'adapter.safetensors'))).toString('base64'),
    ledger: await readFile(paths.ledger, 'utf8'),
  };
}

const many = (text: string) =>
  text.replace('num_train_epochs: 3', 'num_train_epochs: 60\n  eval_steps: 40\n  eval_strategy: steps');

describe('the training process', () => {
  it('trains what is queued, one after the other, and leaves complete run folders', async () => {
    const dir = temporaryFolder();
    const recipe = await writeTinyWorkspace(dir);
    const runs = [
      await queueTinyRun(recipe, join(dir, 'runs')),
      await queueTinyRun(recipe, join(dir, 'runs')),
    ];
    await toEnd(join(dir, 'runs'));
    for (const run of runs) {
      const { status, record } = await readable(run);
      expect(record.failure).toBeUndefined();
      expect(status).toBe('finished');
      expect(record.summary?.best).toHaveProperty('validation/accuracy');
      expect(record.summary?.best).toHaveProperty('test/accuracy');
      expect(record.summary?.parameters).toEqual({ trained: 80, stored: 80, head: 18 });
      expect(record.progress).toEqual({ step: 45, totalSteps: 45 });
      expect(await lockState(run)).toBe('free');
      expect(
        (await readFile(runPaths(run).predictions('validation'), 'utf8')).trim().split('\n'),
      ).toHaveLength(20);
    }
    expect(await numbers(runs[1])).toEqual(await numbers(runs[0]));
  });

  it('ends early when no evaluation is better for as long as the recipe allows', async () => {
    const dir = temporaryFolder();
    const recipe = await writeTinyWorkspace(dir);
    const run = await queueTinyRun(recipe, join(dir, 'runs'), (text) =>
      many(text).replace('learning_rate: 3.0e-2', 'learning_rate: 1.0e-9\n  early_stopping_patience: 2'),
    );
    await toEnd(join(dir, 'runs'));
    const { record } = await readable(run);
    expect(record.summary?.bestStep).toBe(40);
    expect(record.progress?.step).toBe(120);
    // A resume of a run that had ended early adds nothing.
    await writeRunRecord(run, { ...record, status: 'queued' });
    await toEnd(join(dir, 'runs'));
    expect((await readable(run)).record.progress?.step).toBe(120);
  });

  it('learns', async () => {
    const dir = temporaryFolder();
    const recipe = await writeTinyWorkspace(dir, { dropout: 0 });
    const run = await queueTinyRun(recipe, join(dir, 'runs'), (text) =>
      text.replace('epochs: 3', 'epochs: 12'),
    );
    await toEnd(join(dir, 'runs'));
    const losses = (await readMetrics(runPaths(run).metrics)).flatMap((line) => line['train/loss'] ?? []);
    expect(losses.at(-1)).toBeLessThan(0.8 * losses[0]);
  });

  it.each([
    ['with one batch a step', (text: string) => many(text)],
    [
      'while gradients accumulate',
      (text: string) =>
        many(text).replace('logging_steps: 3', 'logging_steps: 7\n  gradient_accumulation_steps: 2'),
    ],
  ])('gives the same numbers to the bit after kill -9 and resume, %s', async (_, change) => {
    const dir = temporaryFolder();
    const recipe = await writeTinyWorkspace(dir);
    const whole = await queueTinyRun(recipe, join(dir, 'whole'), change);
    await toEnd(join(dir, 'whole'));

    const runsDir = join(dir, 'broken');
    const broken = await queueTinyRun(recipe, runsDir, change);
    // Past a checkpoint each time, which is written every 40 steps.
    for (const steps of [60, 100]) {
      const before = await lastStep(broken);
      const trainer = launch(runsDir);
      await until(async () => (await lastStep(broken)) > before + steps);
      process.kill(trainer.pid as number, 'SIGKILL');
      await exit(trainer);
      const { status, record } = await readable(broken);
      expect(status).toBe('lost');
      await writeRunRecord(broken, { ...record, status: 'queued' });
    }
    await toEnd(runsDir);
    expect((await readable(broken)).status).toBe('finished');
    expect(await numbers(broken)).toEqual(await numbers(whole));
  });

  it('stops with a checkpoint when asked, and on SIGTERM, and goes on to the same numbers', async () => {
    const dir = temporaryFolder();
    const recipe = await writeTinyWorkspace(dir);
    const whole = await queueTinyRun(recipe, join(dir, 'whole'), many);
    await toEnd(join(dir, 'whole'));

    const runsDir = join(dir, 'stopped');
    const run = await queueTinyRun(recipe, runsDir, many);
    for (const ask of [
      () => request(run, 'stop'),
      (pid: number) => Promise.resolve(process.kill(pid, 'SIGTERM')),
    ]) {
      const before = await lastStep(run);
      const trainer = launch(runsDir);
      await until(async () => (await lastStep(run)) > before + 10);
      await ask(trainer.pid as number);
      await exit(trainer);
      const { status, record } = await readable(run);
      expect(status).toBe('stopped');
      expect(await readdir(runPaths(run).control).catch(() => [])).toEqual([]);
      await writeRunRecord(run, { ...record, status: 'queued' });
    }
    await toEnd(runsDir);
    expect(await numbers(run)).toEqual(await numbers(whole));
  });

  it('fails with the step when the loss is not finite, and keeps the last good checkpoint', async () => {
    const dir = temporaryFolder();
    const recipe = await writeTinyWorkspace(dir);
    const runsDir = join(dir, 'runs');
    // No evaluation comes in between, behind one leap of which all may still be finite.
    const run = await queueTinyRun(recipe, runsDir, (text) =>
      many(text).replace('eval_steps: 40', 'eval_steps: 40000').replace('epochs: 60', 'epochs: 600'),
    );
    const paths = runPaths(run);
    const trainer = launch(runsDir);
    await until(async () => (await lastStep(run)) > 40);
    await request(run, 'stop');
    await exit(trainer);
    const checkpoint = await readFile(paths.lastCheckpoint);
    // From here on every step leaps away.
    const recipeText = await readFile(paths.recipe, 'utf8');
    await writeFile(paths.recipe, recipeText.replaceAll(/learning_rate: .*/g, 'learning_rate: 1.0e+30'));
    await writeRunRecord(run, { ...(await readable(run)).record, status: 'queued' });
    await toEnd(runsDir);
    const { status, record } = await readable(run);
    expect(status).toBe('failed');
    expect(record.failure).toMatch(/not finite at step \d+|is NaN after step \d+/);
    expect(await readFile(paths.lastCheckpoint)).toEqual(checkpoint);
  });

  it('fails with the step when an evaluation is not finite, and keeps no such checkpoint as the best', async () => {
    const dir = temporaryFolder();
    const recipe = await writeTinyWorkspace(dir);
    const run = await queueTinyRun(recipe, join(dir, 'runs'), (text) =>
      text
        .replace('3.0e-2', '1.0e+30')
        .replace('num_train_epochs: 3', 'max_steps: 1')
        .replace('warmup_steps: 0.1', 'warmup_steps: 0\n  optim: sgd\n  max_grad_norm: 0'),
    );
    await toEnd(join(dir, 'runs'));
    const { status, record } = await readable(run);
    expect(status).toBe('failed');
    expect(record.failure).toMatch(/^validation\/\w+ is NaN after step 1;/);
    expect(await stat(runPaths(run).bestCheckpoint).catch(() => 'none')).toBe('none');
  });

  it('fails when the disk is full, and keeps the last good checkpoint', async () => {
    const dir = temporaryFolder();
    const recipe = await writeTinyWorkspace(dir);
    const runsDir = join(dir, 'runs');
    const run = await queueTinyRun(recipe, runsDir, many);
    const { metrics, lastCheckpoint } = runPaths(run);
    const trainer = launch(runsDir);
    await until(async () => (await readMetrics(metrics)).some(({ step }) => step > 40));
    await request(run, 'stop');
    await exit(trainer);
    const checkpoint = await readFile(lastCheckpoint);
    // On this device every write fails as on a full disk.
    await rm(metrics);
    await symlink('/dev/full', metrics);
    await writeRunRecord(run, { ...(await readable(run)).record, status: 'queued' });
    await toEnd(runsDir);
    const { status, record } = await readable(run);
    expect(status).toBe('failed');
    expect(record.failure).toContain('ENOSPC');
    expect(await readFile(lastCheckpoint)).toEqual(checkpoint);
  });

  it('says which file changed when a run can no longer go on as it began', async () => {
    const dir = temporaryFolder();
    const recipe = await writeTinyWorkspace(dir);
    const runsDir = join(dir, 'runs');
    const run = await queueTinyRun(recipe, runsDir, many);
    const trainer = launch(runsDir);
    await until(async () => (await readMetrics(runPaths(run).metrics)).length > 0);
    await request(run, 'stop');
    await exit(trainer);
    await writeFile(
      join(dir, 'train.tsv'),
      `${await readFile(join(dir, 'train.tsv'), 'utf8')}good cat\tpositive\n`,
    );
    await writeRunRecord(run, { ...(await readable(run)).record, status: 'queued' });
    await toEnd(runsDir);
    expect((await readable(run)).record.failure).toContain('train file changed');
  });

  it('ends when the runs folder vanishes, without bringing it back', async () => {
    const dir = temporaryFolder();
    const recipe = await writeTinyWorkspace(dir);
    const runsDir = join(dir, 'runs');
    const run = await queueTinyRun(recipe, runsDir, many);
    const trainer = launch(runsDir);
    await until(async () => (await readMetrics(runPaths(run).metrics)).length > 0);
    await rename(runsDir, join(dir, 'elsewhere'));
    await exit(trainer);
    expect(await stat(runsDir).catch(() => 'gone')).toBe('gone');
  });
});
