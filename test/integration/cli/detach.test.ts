import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { queuedSchema } from '../../../src/protocol/commandLine.ts';
import { request } from '../../../src/runs/control.ts';
import { claimFile, release } from '../../../src/runs/lock.ts';
import { listRuns } from '../../../src/runs/runFolder.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyRecipe, writeTinyWorkspace } from '../../support/tinyWorkspace.ts';

const program = join(import.meta.dirname, '../../../dist/cli.js');

/** The real command line in a process of its own, to its end. */
const run = (cwd: string, ...args: string[]) =>
  new Promise<{ status: unknown; stdout: string; stderr: string }>((resolve) =>
    execFile(process.execPath, [program, ...args], { cwd }, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : error.code, stdout, stderr }),
    ),
  );

const statuses = async (dir: string) => (await listRuns(join(dir, 'runs'))).map(({ status }) => status);
const patience = { timeout: 60_000, interval: 50 };

const seeds = `${tinyRecipe}seeds: [1, 2]\n`;

describe('--detach', () => {
  it('queues, says so in one line of JSON, and ends while a trainer that it started goes on', async () => {
    const dir = temporaryFolder();
    await writeTinyWorkspace(dir, { recipe: seeds });
    const { status, stdout, stderr } = await run(
      dir,
      ...['train', 'tiny.peft.yaml', '--detach', '--json', '--set', 'training.num_train_epochs=100'],
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.match(/\n/g)).toHaveLength(1);
    expect(await statuses(dir)).not.toContain('finished');
    const queued = queuedSchema.parse(JSON.parse(stdout));
    const runs = await listRuns(join(dir, 'runs'));
    expect(queued.runs).toEqual(runs.map(({ id, dir }, i) => ({ id, dir, variant: 'tiny', seed: i + 1 })));

    await expect.poll(() => statuses(dir), patience).toEqual(['running', 'queued']);
    await request(queued.runs[0].dir, 'stop');
    await expect.poll(() => statuses(dir), patience).toEqual(['stopped', 'running']);
    await request(queued.runs[1].dir, 'stop');
    await expect.poll(() => statuses(dir), patience).toEqual(['stopped', 'stopped']);

    const resumed = await run(dir, 'resume', queued.runs[1].id, '--detach', '--json');
    expect(resumed.status).toBe(0);
    expect(queuedSchema.parse(JSON.parse(resumed.stdout)).runs).toEqual([queued.runs[1]]);
    await expect.poll(() => statuses(dir), patience).toEqual(['stopped', 'finished']);
    await expect.poll(() => readdir(join(dir, 'runs', '.slots')), patience).toEqual([]);
  });

  it('says as text, a line for each run, where they are', async () => {
    const dir = temporaryFolder();
    await writeTinyWorkspace(dir, { recipe: seeds });
    const { status, stdout } = await run(
      dir,
      ...['train', 'tiny.peft.yaml', '--detach', '--set', 'training.max_steps=2'],
    );
    expect(status).toBe(0);
    const runs = await listRuns(join(dir, 'runs'));
    expect(stdout).toBe(runs.map((run, i) => `tiny, seed ${i + 1}: queued in ${run.dir}\n`).join(''));
    await expect.poll(() => statuses(dir), patience).toEqual(['finished', 'finished']);
  });

  it('trains as many at once as it may', async () => {
    const dir = temporaryFolder();
    await writeTinyWorkspace(dir, { recipe: seeds });
    // The first of two places is another's: one run at a time is left.
    await mkdir(join(dir, 'runs', '.slots'), { recursive: true });
    const other = (await claimFile(join(dir, 'runs', '.slots', '0.lock')))!;
    const train = ['train', 'tiny.peft.yaml', '--detach', '--concurrency', '2'];
    await run(dir, ...train, '--set', 'training.num_train_epochs=100');
    await expect.poll(() => statuses(dir), patience).toEqual(['running', 'queued']);
    await release(other);
    // A further start brings a process for the place that has become free.
    await run(dir, ...train, '--set', 'training.max_steps=2', '--seed', '3');
    await expect.poll(() => statuses(dir), patience).toEqual(['running', 'running', 'queued']);
    for (const run of (await listRuns(join(dir, 'runs'))).slice(0, 2)) await request(run.dir, 'stop');
    await expect.poll(() => statuses(dir), patience).toEqual(['stopped', 'stopped', 'finished']);
  });

  it.each([
    [['--concurrency', '2'], '--concurrency: expected together with --detach'],
    [['--detach', '--concurrency', '0'], '--concurrency: expected a whole number from 1 to 99, found "0"'],
    [['--detach', '--concurrency', '1.5'], 'found "1.5"'],
  ])('refuses %j and writes nothing', async (flags, message) => {
    const dir = temporaryFolder();
    await writeTinyWorkspace(dir);
    const { status, stderr } = await run(dir, 'train', 'tiny.peft.yaml', ...flags);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
    expect(await readdir(dir)).not.toContain('runs');
  });
});
