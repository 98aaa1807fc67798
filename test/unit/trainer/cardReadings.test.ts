import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { Executor, ExecutorId } from '../../../src/engine/executor.ts';
import { executors } from '../../../src/engine/registry.ts';
import { runPaths } from '../../../src/runs/runPaths.ts';
import { newReadings, readCard, sharedReadings } from '../../../src/trainer/cardReadings.ts';
import { trainRun } from '../../../src/trainer/trainRun.ts';
import { twoCards, withNvidiaSmi } from '../../support/fakeNvidiaSmi.ts';
import { readMetrics } from '../../support/readMetrics.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { queueTinyRun, writeTinyWorkspace } from '../../support/tinyWorkspace.ts';

const reading = { 'system/gpu_memory_mib': 90112, 'system/gpu_utilization': 97 };

describe.runIf(process.platform !== 'win32')("a card's readings", () => {
  it("are those of the run's own card, each told once, until they are ended", async () => {
    const shared = sharedReadings();
    const next = newReadings(shared);
    expect(next()).toBeUndefined();
    const end = readCard('1', withNvidiaSmi(twoCards), shared, 20);
    await expect.poll(() => new Float64Array(shared)[0]).toBeGreaterThan(1);
    expect(next()).toEqual(reading);
    end();
    await pause(300); // what was under way
    next();
    const [count] = new Float64Array(shared);
    await pause(200);
    expect(new Float64Array(shared)[0]).toBe(count);
    expect(next()).toBeUndefined();
  });

  it('leave out what the card does not tell', async () => {
    const shared = sharedReadings();
    const end = readCard('0', withNvidiaSmi("echo '0, Tesla, 1.2, [N/A], 512, [Not Supported]'"), shared);
    await expect.poll(() => new Float64Array(shared)[0]).toBe(1);
    end();
    expect(newReadings(shared)()).toEqual({ 'system/gpu_memory_mib': 512 });
  });

  it('end where the driver does not tell: it is asked no second time', async () => {
    const dir = temporaryFolder();
    const end = readCard('0', withNvidiaSmi(`echo asked >> ${dir}/calls; exit 9`), sharedReadings(), 1);
    await expect.poll(() => readFileSync(join(dir, 'calls'), 'utf8')).toBe('asked\n');
    await pause(200);
    expect(readFileSync(join(dir, 'calls'), 'utf8')).toBe('asked\n');
    end();
  });
});

/** As if the processor were a card of NVIDIA, or of another maker. */
function asCard(isNvidia: boolean): void {
  const real = executors['onnx-cpu'];
  const changed = async (): Promise<Executor> => {
    const executor = await real();
    return { ...executor, describe: async () => ({ ...(await executor.describe()), isNvidia }) };
  };
  (executors as Record<ExecutorId, () => Promise<Executor>>)['onnx-cpu'] = changed;
  restore = () => ((executors as Record<ExecutorId, () => Promise<Executor>>)['onnx-cpu'] = real);
}
let restore: () => unknown = () => undefined;
afterEach(() => restore());

async function trainWithReadings(): Promise<{ logged: object[]; runDir: string }> {
  const dir = temporaryFolder();
  const recipe = await writeTinyWorkspace(dir);
  const runDir = await queueTinyRun(recipe, join(dir, 'runs'), (text) =>
    text.replace('num_train_epochs: 3', "max_steps: 4\n  eval_strategy: 'no'\n  executor: onnx-cpu"),
  );
  let calls = 0;
  const readings = () => (++calls === 3 ? reading : undefined);
  await trainRun(runDir, { stop: () => false, checkpoint: () => false }, process.env, {
    readings,
    onLeft: () => undefined,
  });
  const metrics = await readMetrics(runPaths(runDir).metrics);
  return { logged: metrics.filter((entry) => 'system/gpu_memory_mib' in entry), runDir };
}

it('a run writes what a card of NVIDIA told, at the step after which it did', async () => {
  asCard(true);
  const { logged } = await trainWithReadings();
  expect(logged).toEqual([{ step: 3, time: expect.any(Number), ...reading }]);
});

it('a run on a card of another maker writes nothing of one that is beside it', async () => {
  asCard(false);
  expect((await trainWithReadings()).logged).toEqual([]);
});
