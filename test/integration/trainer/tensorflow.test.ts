import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { listRuns, type Run } from '../../../src/runs/runFolder.ts';
import { cliProcess } from '../../support/cliProcess.ts';
import { hasTensorflow } from '../../support/executorsHere.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyRecipe, writeTinyWorkspace } from '../../support/tinyWorkspace.ts';

async function runsIn(dir: string): Promise<Run[]> {
  return (await listRuns(join(dir, 'runs'))).map((run) => {
    if ('problem' in run) throw new Error(run.problem);
    return run;
  });
}

const three = (executor: string) =>
  tinyRecipe
    .replace('num_train_epochs: 3', `max_steps: 3\n  executor: ${executor}`)
    .concat('seeds: [1, 2]\n');

describe.runIf(hasTensorflow)('on tensorflow', () => {
  it('two runs train in one process, to what onnx-cpu reaches', async () => {
    const reached = async (executor: string) => {
      const dir = temporaryFolder();
      await writeTinyWorkspace(dir, { recipe: three(executor) });
      const { status, stderr } = await cliProcess(dir, ['train', 'tiny.peft.yaml', '--json']).ended;
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      return (await runsIn(dir)).map(({ record }) => record).sort((a, b) => a.seed - b.seed);
    };
    const [found, expected] = [await reached('tensorflow'), await reached('onnx-cpu')];
    expect(found.length).toBe(2);
    found.forEach((record, i) => {
      expect(record).toMatchObject({
        status: 'finished',
        executor: 'tensorflow',
        versions: { tensorflow: expect.stringMatching(/^2\./) },
      });
      expect(record.summary!.best!['validation/loss']).toBeCloseTo(
        expected[i].summary!.best!['validation/loss'],
        4,
      );
    });
  });

  it('a run that was stopped goes on to where it would have come', async () => {
    const recipe = tinyRecipe.replace('num_train_epochs: 3', 'num_train_epochs: 40\n  executor: tensorflow');
    const [stopped, whole] = [temporaryFolder(), temporaryFolder()];
    await writeTinyWorkspace(stopped, { recipe });
    await writeTinyWorkspace(whole, { recipe });
    const { child, ended } = cliProcess(stopped, ['train', 'tiny.peft.yaml', '--json']);
    let told = '';
    child.stdout.on('data', (chunk) => (told += String(chunk)));
    while (!told.includes('"train/loss"') && child.exitCode === null) await pause(20);
    child.kill('SIGINT');
    expect((await ended).status).toBe(130);
    const [run] = await runsIn(stopped);
    expect(run.record.status).toBe('stopped');
    expect((await cliProcess(stopped, ['resume', run.dir]).ended).status).toBe(0);
    expect((await cliProcess(whole, ['train', 'tiny.peft.yaml']).ended).status).toBe(0);
    const [[found], [expected]] = [await runsIn(stopped), await runsIn(whole)];
    expect(found.record.status).toBe('finished');
    expect(found.record.summary!.best!['validation/loss']).toBeCloseTo(
      expected.record.summary!.best!['validation/loss'],
      5,
    );
  });
});

it('a package that is named and not there is an error, and no other is taken in its place', async () => {
  const dir = temporaryFolder();
  await writeTinyWorkspace(dir, { recipe: three('tensorflow') });
  const env = { ...process.env, PEFT_WORKBENCH_TENSORFLOW: join(dir, 'nowhere') };
  const { status } = await cliProcess(dir, ['train', 'tiny.peft.yaml', '--json'], env).ended;
  expect(status).toBe(1);
  const [{ record }] = await runsIn(dir);
  expect(record.failure).toMatch(
    /^tensorflow: expected .* to load from .*nowhere, found: .*\n.*setup tensorflow/,
  );
});
