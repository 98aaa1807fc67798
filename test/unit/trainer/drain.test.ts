import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { isAnyoneAtWork } from '../../../src/runs/atWork.ts';
import { createRun } from '../../../src/runs/createRun.ts';
import { claimFile, lockState, type Lock } from '../../../src/runs/lock.ts';
import { readRunRecord } from '../../../src/runs/runRecord.ts';
import { stopRuns } from '../../../src/runs/stopRuns.ts';
import { runPaths } from '../../../src/runs/runPaths.ts';
import { cardLockFile, claimCard } from '../../../src/trainer/cardLock.ts';
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

/** The process of its own that a run on a card has is another test's matter. */
vi.mock('../../../src/trainer/ownProcess.ts', async () => ({
  attendInOwnProcess: (await import('../../../src/trainer/attend.ts')).attend,
}));

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

const queue = async (runsDir: string, executor?: string) => {
  const run = { recipeText: '', recipeName: 'r', variant: 'v', seed: 0, now: new Date() };
  return (await createRun(runsDir, { ...run, executor })).dir;
};

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

describe('a run on a graphics card', () => {
  const ownCache = (): NodeJS.ProcessEnv => ({ XDG_CACHE_HOME: temporaryFolder(), PATH: '' });
  const card = 'onnx-webgpu';

  it('that waits for it is left alone, while a sign shows that somebody will come to it', async () => {
    const [runsDir, env] = [temporaryFolder(), ownCache()];
    const runs = [await queue(runsDir, card), await queue(runsDir, card), await queue(runsDir)];
    const held = (await claimCard('0', env))!;
    const drained = drain(runsDir, { worker: instantWorker(), signal, env });
    // What needs no card is trained meanwhile.
    await vi.waitFor(async () => expect(await statusOf(runs[2])).toBe('finished'), 5000);
    await vi.waitFor(() => expect(readdirSync(join(runsDir, '.slots'))).toHaveLength(1), 5000);
    // Longer than from one look to the next.
    for (let i = 0; i < 60; i++) {
      expect(await isAnyoneAtWork(runsDir, runs)).toBe(true);
      expect(await Promise.all(runs.map(lockState))).toEqual(['free', 'free', 'free']);
      await pause(20);
    }
    expect(await stopRuns([runs[1]])).toEqual(new Map([[runs[1], 'unqueued']]));
    await held.giveBack();
    await drained;
    expect(await Promise.all(runs.map(statusOf))).toEqual(['finished', 'stopped', 'finished']);
    expect(readdirSync(join(runsDir, '.slots'))).toEqual([]);
    const log = readFileSync(runPaths(runs[0]).log, 'utf8');
    expect(log.match(/waits for the graphics card/g)).toHaveLength(1);
  });

  it('clears the signs of processes that were killed while they waited', async () => {
    const [runsDir, env] = [temporaryFolder(), ownCache()];
    await queue(runsDir, card);
    mkdirSync(join(runsDir, '.slots'));
    const lost = join(runsDir, '.slots', 'waiting-999999.lock');
    writeFileSync(lost, JSON.stringify({ pid: 999999, nonce: 'n', host: hostname() }));
    const held = (await claimCard('0', env))!;
    const drained = drain(runsDir, { worker: instantWorker(), signal, env });
    await vi.waitFor(
      () => expect(readdirSync(join(runsDir, '.slots'))).toEqual([`waiting-${process.pid}.lock`]),
      5000,
    );
    await held.giveBack();
    await drained;
  });

  it('fails, and says why, where no lock of a card can be made; those behind it are trained', async () => {
    const runsDir = temporaryFolder();
    const env = { ...ownCache(), XDG_CACHE_HOME: instantWorker().pathname };
    const runs = [await queue(runsDir, card), await queue(runsDir)];
    await drain(runsDir, { worker: instantWorker(), signal, env });
    expect(await Promise.all(runs.map(statusOf))).toEqual(['failed', 'finished']);
    const why =
      /the lock of the graphics card cannot be made: .*XDG_CACHE_HOME, or train with --share-device/;
    expect(await readRunRecord(runs[0])).toMatchObject({ record: { failure: expect.stringMatching(why) } });
    expect(readFileSync(runPaths(runs[0]).log, 'utf8')).toMatch(why);
    expect(await lockState(runs[0])).toBe('free');
  });

  it('does not strand those behind it where its card cannot be given back', async () => {
    const [runsDir, env] = [temporaryFolder(), ownCache()];
    const runs = [await queue(runsDir, card), await queue(runsDir)];
    const file = cardLockFile('0', env);
    beforeRelease = ({ path }) => (path === file ? Promise.reject(new Error('EIO')) : Promise.resolve());
    await drain(runsDir, { worker: instantWorker(), signal, env });
    expect(await Promise.all(runs.map(statusOf))).toEqual(['finished', 'finished']);
  });
});
