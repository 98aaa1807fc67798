import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, expect, it, vi } from 'vitest';
import { createRun } from '../../../src/runs/createRun.ts';
import { claimFile, type Lock } from '../../../src/runs/lock.ts';
import { readRunRecord } from '../../../src/runs/runRecord.ts';
import { drain } from '../../../src/trainer/drain.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** What happens just before a lock is given back. */
let beforeRelease: (lock: Lock) => Promise<void>;
/** Whether the slot is still its holder's. */
let isHeld: (lock: Lock) => boolean;

vi.mock('../../../src/runs/lock.ts', async (original) => {
  const real = await original<typeof import('../../../src/runs/lock.ts')>();
  return {
    ...real,
    release: async (lock: Lock) => {
      await beforeRelease(lock);
      await real.release(lock);
    },
    touch: async (lock: Lock) => isHeld(lock) && (await real.touch(lock)),
  };
});

beforeEach(() => {
  beforeRelease = () => Promise.resolve();
  isHeld = () => true;
});

const isSlot = ({ path }: Lock) => path.endsWith(join('.slots', '0.lock'));

/** A training thread that brings its run to its end at once. */
function instantWorker(): URL {
  const file = join(temporaryFolder(), 'worker.mjs');
  writeFileSync(
    file,
    `import { readFileSync, writeFileSync } from 'node:fs';
    import { workerData } from 'node:worker_threads';
    const file = workerData.runDir + '/run.json';
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), status: 'finished' }));`,
  );
  return pathToFileURL(file);
}

const queue = async (runsDir: string) =>
  (await createRun(runsDir, { recipeText: '', recipeName: 'r', variant: 'v', seed: 0, now: new Date() })).dir;

const statusOf = async (runDir: string) => {
  const read = await readRunRecord(runDir);
  return 'record' in read ? read.record.status : read.problem;
};

const { signal } = new AbortController();
const env = {};

it('also trains a run that was queued after its last look, whose own drainer found no slot', async () => {
  const runsDir = temporaryFolder();
  const worker = instantWorker();
  const runs = [await queue(runsDir)];
  beforeRelease = async (lock) => {
    if (!isSlot(lock) || runs.length > 1) return;
    runs.push(await queue(runsDir));
    await drain(runsDir, { worker, signal, env, concurrency: 1 });
    expect(await statusOf(runs[1])).toBe('queued');
  };
  await drain(runsDir, { worker, signal, env, concurrency: 1 });
  expect(await Promise.all(runs.map(statusOf))).toEqual(['finished', 'finished']);
  expect(readdirSync(join(runsDir, '.slots'))).toEqual([]);
});

it('leaves the queue alone while every slot is held, and needs none without a limit', async () => {
  const runsDir = temporaryFolder();
  const worker = instantWorker();
  const run = await queue(runsDir);
  let other: Lock | undefined;
  // The first to give a slot back tells that its folder is there.
  beforeRelease = async (lock) => {
    if (isSlot(lock)) other ??= lock;
    return Promise.resolve();
  };
  await drain(runsDir, { worker, signal, env, concurrency: 1 });
  expect(await statusOf(run)).toBe('finished');
  const held = (await claimFile(other!.path))!;

  const next = await queue(runsDir);
  await drain(runsDir, { worker, signal, env, concurrency: 1 });
  expect(await statusOf(next)).toBe('queued');
  await drain(runsDir, { worker, signal, env });
  expect(await statusOf(next)).toBe('finished');

  const last = await queue(runsDir);
  await drain(runsDir, { worker, signal, env, concurrency: 2 });
  expect(await statusOf(last)).toBe('finished');
  expect(await claimFile(held.path)).toBeUndefined();
});

it('begins no further run once its slot was taken over, unless it gets one again', async () => {
  const runsDir = temporaryFolder();
  const worker = instantWorker();
  const runs = [await queue(runsDir), await queue(runsDir)];
  let looks = 0;
  // Lost between the two runs.
  isHeld = (lock) => !isSlot(lock) || (looks += 1) !== 2;
  let released = 0;
  beforeRelease = async (lock) => {
    if (!isSlot(lock)) return;
    released += 1;
    expect(await Promise.all(runs.map(statusOf))).toEqual([
      'finished',
      released === 1 ? 'queued' : 'finished',
    ]);
  };
  await drain(runsDir, { worker, signal, env, concurrency: 1 });
  expect(released).toBe(2);
});

it('ends quietly where the runs folder is not there, and does not make one', async () => {
  const runsDir = join(temporaryFolder(), 'runs');
  await drain(runsDir, { worker: instantWorker(), signal, env, concurrency: 1 });
  expect(() => readdirSync(runsDir)).toThrow('ENOENT');
});
