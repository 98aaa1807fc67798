import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runPaths } from '../../../src/runs/runPaths.ts';
import { writeRunRecord } from '../../../src/runs/runRecord.ts';
import { trainRun } from '../../../src/trainer/trainRun.ts';
import { recordOf } from '../../support/runTraces.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { queueTinyRun, writeTinyWorkspace } from '../../support/tinyWorkspace.ts';

it.each<[what: string, change: (dir: string, runDir: string) => Promise<void>]>([
  ['the train file', (dir) => appendFile(join(dir, 'train.tsv'), 'the cat was good\tpositive\n')],
  [
    'what its methods train',
    async (_, runDir) => {
      const { recipe } = runPaths(runDir);
      const text = await readFile(recipe, 'utf8');
      await writeFile(recipe, text.replace('ln_tuning:', 'bitfit: {}\n  ln_tuning:'));
    },
  ],
])('a run does not go on where %s changed meanwhile', async (what, change) => {
  const dir = temporaryFolder();
  const runDir = await queueTinyRun(await writeTinyWorkspace(dir), join(dir, 'runs'));
  let looks = 0;
  await trainRun(runDir, { stop: () => ++looks > 3, checkpoint: () => false }, {});
  expect((await recordOf(runDir)).status).toBe('stopped');
  await change(dir, runDir);
  await writeRunRecord(runDir, { ...(await recordOf(runDir)), status: 'queued' });
  await trainRun(runDir, { stop: () => false, checkpoint: () => false }, {});
  const { status, failure } = await recordOf(runDir);
  expect({ status, failure }).toEqual({
    status: 'failed',
    failure: `${what} changed since the run began, so it cannot go on as if it had not been interrupted`,
  });
});
