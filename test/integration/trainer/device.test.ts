import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasGraphicsCard } from '../../../src/engine/graphics.ts';
import { listRuns } from '../../../src/runs/runFolder.ts';
import { hasDevice } from '../../support/executorsHere.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyRecipe, writeTinyWorkspace } from '../../support/tinyWorkspace.ts';

const program = join(import.meta.dirname, '../../../dist/cli.js');

/** The command line in a process of its own. */
function cli(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
  return new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(process.execPath, [program, ...args], { cwd, env }, (_, stdout, stderr) =>
      resolve({ status: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

async function recordOf(dir: string) {
  const [run] = await listRuns(join(dir, 'runs'));
  if (!('record' in run)) throw new Error(run.problem);
  return run;
}

describe.runIf(hasDevice)('on onnx-webgpu', () => {
  it.skipIf(hasGraphicsCard())(
    '`auto` does not take an adapter of software, and loses no time with it',
    async () => {
      const dir = temporaryFolder();
      await writeTinyWorkspace(dir);
      const env = { ...process.env, PEFT_WORKBENCH_AUTO: undefined, PEFT_WORKBENCH_TENSORFLOW: undefined };
      const { status, stderr } = await cli(dir, ['train', 'tiny.peft.yaml', '--json'], env);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect((await recordOf(dir)).record).toMatchObject({
        executor: 'onnx-cpu',
        executorReason: expect.stringContaining('onnx-webgpu: this machine has no graphics card'),
      });
    },
  );

  it('a run trains to its end, and to what onnx-cpu reaches', { timeout: 600_000 }, async () => {
    const recipe = tinyRecipe.replace('num_train_epochs: 3', 'num_train_epochs: 1');
    const [found, expected] = await Promise.all(
      ['onnx-webgpu', 'onnx-cpu'].map(async (executor) => {
        const dir = temporaryFolder();
        await writeTinyWorkspace(dir, { recipe });
        const { status } = await cli(dir, ['train', 'tiny.peft.yaml', '--executor', executor, '--json']);
        expect(status).toBe(0);
        return recordOf(dir);
      }),
    );
    expect(found.record).toMatchObject({
      status: 'finished',
      executor: 'onnx-webgpu',
      device: expect.stringMatching(/^WebGPU \(/),
    });
    expect(found.record.summary!.best!['validation/loss']).toBeCloseTo(
      expected.record.summary!.best!['validation/loss'],
      4,
    );
    const log = await readFile(join(found.dir, 'trainer.log'), 'utf8');
    for (const program of ['step', 'evaluate'])
      expect(log).toMatch(
        new RegExp(
          ` ${program}: \\d+ operators on the device \\(.*MatMul \\d.*\\); \\d+ operators on the processor, for sizes alone \\(.*\\)\n`,
        ),
      );
  });
});

// Only Vulkan's loader can be told to find no driver.
describe.runIf(process.platform === 'linux')('without an adapter', () => {
  const none = { ...process.env, VK_DRIVER_FILES: '/nowhere.json', VK_ICD_FILENAMES: '/nowhere.json' };
  const fault =
    /^onnx-webgpu: expected a graphics adapter, found none \(.*\)\n +Choose `executor: onnx-cpu`.*libvulkan/;

  it('a run whose executor `auto` chose goes on with the processor, and says why', async () => {
    const dir = temporaryFolder();
    await writeTinyWorkspace(dir);
    const env = { ...none, PEFT_WORKBENCH_AUTO: 'onnx-webgpu' };
    const { status } = await cli(dir, ['train', 'tiny.peft.yaml', '--json'], env);
    expect(status).toBe(0);
    const { dir: runDir, record } = await recordOf(dir);
    expect(record).toMatchObject({ status: 'finished', executor: 'onnx-cpu' });
    const why = 'onnx-webgpu failed at its start: onnx-webgpu: expected a graphics adapter, found none';
    expect(record.executorReason).toContain(`PEFT_WORKBENCH_AUTO names it; ${why}`);
    const log = await readFile(join(runDir, 'trainer.log'), 'utf8');
    expect(log).toContain(why);
    expect(log).toContain('onnx-cpu takes its place, since the recipe says `auto`');
  });

  it('a run on onnx-webgpu fails, says what is missing and what to do, and its process ends as always', async () => {
    const dir = temporaryFolder();
    await writeTinyWorkspace(dir);
    const { status, stdout } = await cli(
      dir,
      ['train', 'tiny.peft.yaml', '--executor', 'onnx-webgpu', '--json'],
      none,
    );
    expect(status).toBe(1);
    expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toMatchObject({ event: 'done' });
    const { dir: runDir, record } = await recordOf(dir);
    expect(record.status).toBe('failed');
    expect(record.failure).toMatch(fault);
    expect(await readFile(join(runDir, 'trainer.log'), 'utf8')).toContain(record.failure!);
  });

  it('doctor says that onnx-webgpu does not work and why, and is content', async () => {
    const { status, stdout } = await cli(temporaryFolder(), ['doctor', '--json'], none);
    expect(status).toBe(0);
    const { executors, advice } = JSON.parse(stdout) as {
      executors: { id: string }[];
      advice: string[];
    };
    const found = executors.find(({ id }) => id === 'onnx-webgpu');
    expect(found).toEqual({
      id: 'onnx-webgpu',
      works: false,
      fault: expect.stringMatching(/^onnx-webgpu: expected a graphics adapter, found none \(.*\)$/),
      remedy: expect.stringMatching(/^Choose `executor: onnx-cpu`.*libvulkan/),
    });
    if (!hasGraphicsCard()) expect(advice.join(' ')).not.toContain('onnx-webgpu');
  });
});
