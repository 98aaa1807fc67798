import { readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, vi } from 'vitest';
import { createRun } from '../../../src/runs/createRun.ts';
import { request } from '../../../src/runs/control.ts';
import { isAlive } from '../../../src/runs/processes.ts';
import { readRun } from '../../../src/runs/runFolder.ts';
import { isCardTaken } from '../../../src/trainer/cardLock.ts';
import { drain } from '../../../src/trainer/drain.ts';
import { launchTrainer } from '../../../src/trainer/launch.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { queueTinyRun, writeTinyWorkspace } from '../../support/tinyWorkspace.ts';
import { readRunRecord, writeRunRecord } from '../../../src/runs/runRecord.ts';

/** A training thread that writes its process down as `pid` in the run's folder, and then does this. `end()`: what ends a run. */
function worker(script: string): URL {
  const file = join(temporaryFolder(), 'worker.mjs');
  writeFileSync(
    file,
    `import { existsSync, readFileSync, writeFileSync } from 'node:fs';
    import { setTimeout as pause } from 'node:timers/promises';
    import { parentPort, workerData } from 'node:worker_threads';
    const { runDir, requests } = workerData;
    const end = (status) => {
      const file = runDir + '/run.json';
      writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), status }));
    };
    writeFileSync(runDir + '/pid', String(process.pid));
    const isFirst = readFileSync(runDir + '/run.json', 'utf8').includes('"position": 0');
    ${script}`,
  );
  return pathToFileURL(file);
}

async function queue(runsDir: string, executors: readonly string[]): Promise<string[]> {
  const run = { recipeText: '', recipeName: 'r', variant: 'v', seed: 0, now: new Date() };
  const dirs: string[] = [];
  for (const [position, executor] of executors.entries())
    dirs.push((await createRun(runsDir, { ...run, position, executor })).dir);
  return dirs;
}

const pidOf = (dir: string) => Number(readFileSync(join(dir, 'pid'), 'utf8'));
const ownCache = (): NodeJS.ProcessEnv => ({ ...process.env, XDG_CACHE_HOME: temporaryFolder() });
const { signal } = new AbortController();
const card = 'onnx-webgpu';

it('a run on a card has a process, which ends with it; what computes on the processor has a thread', async () => {
  const [runsDir, env] = [temporaryFolder(), ownCache()];
  const dirs = await queue(runsDir, [card, card, 'onnx-cpu']);
  await drain(runsDir, { worker: worker("end('finished')"), signal, env });
  for (const dir of dirs) expect(await readRun(dir)).toMatchObject({ status: 'finished' });
  const [first, second, third] = dirs.map(pidOf);
  expect(third).toBe(process.pid);
  expect(new Set([first, second, third]).size).toBe(3);
  expect([first, second].map((pid) => isAlive(pid, undefined))).toEqual([false, false]);
});

it.each([
  ['as nvidia-smi does', undefined, 'PCI_BUS_ID'],
  ['as the user says', 'FASTEST_FIRST', 'FASTEST_FIRST'],
])('in its process CUDA counts cards %s', async (_, own, expected) => {
  const [runsDir, env] = [temporaryFolder(), { ...ownCache(), CUDA_DEVICE_ORDER: own }];
  const [dir] = await queue(runsDir, [card]);
  const tell = worker("writeFileSync(runDir + '/order', process.env.CUDA_DEVICE_ORDER); end('finished');");
  await drain(runsDir, { worker: tell, signal, env });
  expect(readFileSync(join(dir, 'order'), 'utf8')).toBe(expected);
});

it('a process that crashes costs its own run alone', async () => {
  const [runsDir, env] = [temporaryFolder(), ownCache()];
  const [first, second] = await queue(runsDir, [card, card]);
  const crash = worker("if (isFirst) process.kill(process.pid, 'SIGKILL'); else end('finished');");
  await drain(runsDir, { worker: crash, signal, env });
  expect(await readRun(first)).toMatchObject({
    status: 'failed',
    record: { failure: 'the process that trained it ended with SIGKILL' },
  });
  expect(await readRun(second)).toMatchObject({ status: 'finished' });
  expect(await isCardTaken('0', env)).toBe(false);
});

it('a run that goes on without its card gives that back at once', async () => {
  const [runsDir, env] = [temporaryFolder(), ownCache()];
  const [dir] = await queue(runsDir, [card]);
  const leaving = worker(`while (!existsSync(runDir + '/leave')) await pause(20);
    parentPort.postMessage('card left');
    while (!existsSync(runDir + '/go')) await pause(20);
    end('finished');`);
  const drained = drain(runsDir, { worker: leaving, signal, env });
  await vi.waitFor(() => pidOf(dir), 20_000);
  expect(await isCardTaken('0', env)).toBe(true);
  writeFileSync(join(dir, 'leave'), '');
  await vi.waitFor(async () => expect(await isCardTaken('0', env)).toBe(false), 10_000);
  expect(await readRun(dir)).not.toMatchObject({ status: 'finished' });
  writeFileSync(join(dir, 'go'), '');
  await drained;
});

it.each<[what: string, stop: (dir: string, end: AbortController) => unknown]>([
  ['its folder', (dir) => request(dir, 'stop')],
  ['the trainer', (_, end) => end.abort()],
])('it is stopped by way of %s', async (_, stop) => {
  const [runsDir, env] = [temporaryFolder(), ownCache()];
  const [dir, next] = await queue(runsDir, [card, card]);
  const end = new AbortController();
  const patient = worker(`const flags = new Int32Array(requests);
    while (isFirst && Atomics.load(flags, 0) === 0) await pause(20);
    end('stopped');`);
  const drained = drain(runsDir, { worker: patient, signal: end.signal, env });
  await vi.waitFor(() => pidOf(dir), 20_000);
  await stop(dir, end);
  await drained;
  expect(await readRun(dir)).toMatchObject({ status: 'stopped' });
  expect(await readRun(next)).toMatchObject({ status: end.signal.aborted ? 'queued' : 'stopped' });
});

it.runIf(process.platform === 'linux')('its process dies with the trainer', async () => {
  const dir = temporaryFolder();
  const runsDir = join(dir, 'runs');
  const recipe = await writeTinyWorkspace(dir);
  const runDir = await queueTinyRun(recipe, runsDir, (text) =>
    text.replace('num_train_epochs: 3', 'max_steps: 100000\n  eval_strategy: no'),
  );
  // The recipe's steps are computed on the processor.
  const read = await readRunRecord(runDir);
  if (!('record' in read)) throw new Error(read.problem);
  await writeRunRecord(runDir, { ...read.record, executor: card });
  const program = pathToFileURL(join(import.meta.dirname, '../../../dist/trainer.js'));
  const trainer = launchTrainer(runsDir, ownCache(), { program });
  const ended = new Promise<void>((done) => trainer.once('exit', done));
  const child = await vi.waitFor(async () => {
    expect(await readRun(runDir)).toMatchObject({ status: 'running' });
    const children = await readFile(`/proc/${trainer.pid}/task/${trainer.pid}/children`, 'utf8');
    expect(children).toMatch(/^\d+ $/);
    return Number(children);
  }, 20_000);
  process.kill(trainer.pid!, 'SIGKILL');
  await ended;
  await vi.waitFor(() => expect(isAlive(child, undefined)).toBe(false), 10_000);
  expect(await readRun(runDir)).toMatchObject({ status: 'lost' });
});
