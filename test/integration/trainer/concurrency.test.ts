import { readFile, readdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { listRuns } from '../../../src/runs/runFolder.ts';
import { launchTrainer, type TrainerProcess } from '../../../src/trainer/launch.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { queueTinyRun, writeTinyWorkspace } from '../../support/tinyWorkspace.ts';

const program = pathToFileURL(join(import.meta.dirname, '../../../dist/trainer.js'));

const start = (runsDir: string, concurrency: number) =>
  launchTrainer(runsDir, process.env, { concurrency, program });
const exit = (trainer: TrainerProcess) =>
  new Promise<void>((resolve) => {
    trainer.once('exit', () => resolve());
  });

const short = (text: string) => text.replace('num_train_epochs: 3', 'max_steps: 2');
const long = (text: string) => text.replace('num_train_epochs: 3', "max_steps: 300\n  eval_strategy: 'no'");

/** The most runs that worked at once, by the times they recorded. */
async function mostAtOnce(runsDir: string): Promise<number> {
  const times = (await listRuns(runsDir)).flatMap((run) => {
    if (run.status !== 'finished') throw new Error(`${run.id} is ${run.status}`);
    return [
      { at: Date.parse(run.record.startedAt!), change: 1 },
      { at: Date.parse(run.record.endedAt!), change: -1 },
    ];
  });
  times.sort((a, b) => a.at - b.at || a.change - b.change);
  let [now, most] = [0, 0];
  for (const { change } of times) most = Math.max(most, (now += change));
  return most;
}

describe('training processes with a limit', () => {
  it('never work on more than one run at once, and leave none behind, however many are started at once', async () => {
    const dir = temporaryFolder();
    const recipe = await writeTinyWorkspace(dir);
    const runsDir = join(dir, 'runs');
    // Each start queues its run while those before it are at any point of their work or of their end.
    const exits: Promise<void>[] = [];
    for (let i = 0; i < 8; i++) {
      await queueTinyRun(recipe, runsDir, short);
      exits.push(exit(start(runsDir, 1)));
    }
    await Promise.all(exits);
    expect(await mostAtOnce(runsDir)).toBe(1);
    expect(await listRuns(runsDir)).toHaveLength(8);
    expect(await readdir(join(runsDir, '.slots'))).toEqual([]);
    expect(await readFile(join(runsDir, '.trainer.log'), 'utf8')).toBe('');
  });

  it('end at once where no place is free, and work together up to the limit', async () => {
    const dir = temporaryFolder();
    const recipe = await writeTinyWorkspace(dir);
    const runsDir = join(dir, 'runs');
    for (let i = 0; i < 3; i++) await queueTinyRun(recipe, runsDir, long);
    const trainers = [start(runsDir, 2), start(runsDir, 2), start(runsDir, 2)];
    // The third ends while the others still work.
    await Promise.race(trainers.map(exit));
    expect((await listRuns(runsDir)).map(({ status }) => status)).not.toContain('finished');
    await Promise.all(trainers.filter(({ exitCode }) => exitCode === null).map(exit));
    expect(await mostAtOnce(runsDir)).toBe(2);
    const threads = Math.max(1, Math.floor(availableParallelism() / 2));
    const devices = (await listRuns(runsDir)).map((run) => 'record' in run && run.record?.device);
    expect(devices).toEqual(Array(3).fill(expect.stringMatching(new RegExp(`\\(${threads} threads?\\)$`))));
  });

  it('take the place of one that was killed', async () => {
    const dir = temporaryFolder();
    const recipe = await writeTinyWorkspace(dir);
    const runsDir = join(dir, 'runs');
    const [first] = [await queueTinyRun(recipe, runsDir, long), await queueTinyRun(recipe, runsDir, short)];
    const killed = start(runsDir, 1);
    const end = exit(killed);
    await expect.poll(() => readdir(first), { timeout: 20_000 }).toContain('lock');
    process.kill(killed.pid!, 'SIGKILL');
    await end;
    expect(await readdir(join(runsDir, '.slots'))).toEqual(['0.lock']);
    await exit(start(runsDir, 1));
    expect((await listRuns(runsDir)).map(({ status }) => status)).not.toContain('queued');
    expect(await readdir(join(runsDir, '.slots'))).toEqual([]);
  });
});
