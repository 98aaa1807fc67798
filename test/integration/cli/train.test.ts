import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { listRuns } from '../../../src/runs/runFolder.ts';
import { runPaths } from '../../../src/runs/runPaths.ts';
import { cliProcess } from '../../support/cliProcess.ts';
import { readMetrics } from '../../support/readMetrics.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyRecipe, writeTinyWorkspace } from '../../support/tinyWorkspace.ts';

const run = (cwd: string, args: readonly string[]) => cliProcess(cwd, args).ended;

type Event = Record<string, unknown>;

function events(stdout: string): Event[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Event);
}

const variants = `${tinyRecipe}variants:
  head only: { methods: { head_only: {} } }
  LN-tuning: { methods: { ln_tuning: {} } }
seeds: [1, 2]
`;

describe('train', () => {
  it('trains every variant with every seed, and tells it as lines of JSON', async () => {
    const dir = temporaryFolder();
    await writeTinyWorkspace(dir, { recipe: variants });
    const { status, stdout, stderr } = await run(dir, ['train', 'tiny.peft.yaml', '--json']);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const told = events(stdout);
    const done = told.at(-1) as { event: string; runs: Event[] };
    expect(done.event).toBe('done');
    expect(done.runs.map(({ variant, seed }) => [variant, seed])).toEqual([
      ['head only', 1],
      ['LN-tuning', 1],
      ['head only', 2],
      ['LN-tuning', 2],
    ]);
    expect(told.filter(({ event }) => event === 'finished')).toEqual(done.runs);
    for (const end of done.runs) {
      expect(end).toMatchObject({
        event: 'finished',
        status: 'finished',
        bestStep: expect.any(Number),
        metric: { name: 'validation/accuracy', value: expect.any(Number) },
        samplesPerSecond: expect.any(Number),
        peakMemoryBytes: expect.any(Number),
        parameters: {
          trained: end.variant === 'head only' ? 0 : 80,
          stored: end.variant === 'head only' ? 0 : 80,
          head: 18,
        },
      });
    }
    expect(
      told.some(({ event, 'train/loss': loss }) => event === 'metrics' && typeof loss === 'number'),
    ).toBe(true);
  });

  it('runs what is named, with values set on the command line', async () => {
    const dir = temporaryFolder();
    await writeTinyWorkspace(dir, { recipe: variants });
    const flags = [
      '--variant',
      'LN-tuning',
      '--seed',
      '7',
      '--seed',
      '7',
      '--set',
      'training.max_steps=5',
      '--runs',
      'elsewhere',
    ];
    expect(await run(dir, ['train', 'tiny.peft.yaml', ...flags])).toMatchObject({ status: 0, stderr: '' });
    const runs = await listRuns(join(dir, 'elsewhere'));
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({
      record: { variant: 'LN-tuning', seed: 7, progress: { step: 5, totalSteps: 5 } },
    });
    expect(await readdir(dir)).not.toContain('runs');
  });

  it('warns on stderr, a line for each, of what it found in the recipe and in the data, and trains', async () => {
    const dir = temporaryFolder();
    const recipe = tinyRecipe
      .replace('logging_steps', 'eval_steps')
      .replace('  text: text', '  labels: [negative, neutral, positive]\n  text: text');
    await writeTinyWorkspace(dir, { recipe });
    const { status, stderr } = await run(dir, ['train', 'tiny.peft.yaml', '--json']);
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^tiny\.peft\.yaml:\d+:\d+: warning no-effect .*eval_steps/),
      expect.stringMatching(/^tiny\.peft\.yaml:\d+:\d+: warning unknown-label .*neutral/),
    ]);
    expect(status).toBe(0);
  });

  it.each([
    [['--variant', 'LN tuning'], /--variant: expected one of "head only", "LN-tuning"/],
    [['--seed', 'one'], /--seed: expected a whole number .* found "one"/],
    [['--seed='], /--seed: expected a whole number .* found ""/],
    [['--seed', '1e3'], /--seed: expected a whole number .* found "1e3"/],
    [['--seed', '2147483648'], /--seed: expected a whole number .* found "2147483648"/],
    [['--set', 'training.learning_rat=1'], /learning_rat.*learning_rate/s],
    [['--set', 'nonsense'], /--set: expected PATH=YAML/],
    [
      ['--executor', 'onnx-cpu', '--set', 'training.model_dtype=bfloat16'],
      /onnx-cpu: expected `model_dtype` to be float32, found bfloat16/,
    ],
    [['--executor', 'gpu'], /--executor: expected one of auto, onnx-cpu, onnx-webgpu, onnx-cuda, tensorflow/],
  ])('refuses %j and writes nothing', async (flags, message) => {
    const dir = temporaryFolder();
    await writeTinyWorkspace(dir, { recipe: variants });
    const { status, stderr } = await run(dir, ['train', 'tiny.peft.yaml', ...flags]);
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
    expect(await readdir(dir)).not.toContain('runs');
  });

  it('stops with a checkpoint on Ctrl-C, and takes the runs that wait out of the queue; resume goes on', async () => {
    const dir = temporaryFolder();
    await writeTinyWorkspace(dir, { recipe: variants });
    const { child, ended } = cliProcess(dir, [
      'train',
      'tiny.peft.yaml',
      '--variant',
      'LN-tuning',
      ...['1', '2', '3'].flatMap((seed) => ['--seed', seed]),
      '--set',
      'training.num_train_epochs=200',
    ]);
    const metrics = async () => {
      const [first] = await listRuns(join(dir, 'runs'));
      return first === undefined ? [] : readMetrics(runPaths(first.dir).metrics);
    };
    while ((await metrics()).length === 0) await pause(50);
    child.kill('SIGINT');
    expect((await ended).status).toBe(130);
    const all = await listRuns(join(dir, 'runs'));
    expect(all.map(({ status }) => status)).toEqual(['stopped', 'stopped', 'stopped']);
    const [first, ...waiting] = all;
    for (const run of waiting) expect(run).not.toHaveProperty('record.startedAt');
    expect(await readdir(runPaths(first.dir).control).catch(() => [])).toEqual([]);

    expect(await run(dir, ['resume', first.id])).toMatchObject({ status: 0, stderr: '' });
    expect((await listRuns(join(dir, 'runs')))[0].status).toBe('finished');
    expect(await run(dir, ['resume', first.id])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('has finished') as string,
    });
  });

  it('ends with status 1 and the reason when a run fails', async () => {
    const dir = temporaryFolder();
    await writeTinyWorkspace(dir);
    const flags = [
      '--set',
      'training.learning_rate=1e30',
      '--set',
      'training.optim=sgd',
      '--set',
      'training.max_grad_norm=0',
    ];
    const { status, stdout } = await run(dir, ['train', 'tiny.peft.yaml', ...flags]);
    expect(stdout).toMatch(/not finite at step \d+/);
    expect(status).toBe(1);
  });
});
