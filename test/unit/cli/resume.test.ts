import { existsSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { command } from '../../../src/cli/resume.ts';
import { createRun } from '../../../src/runs/createRun.ts';
import { readRunRecord, writeRunRecord } from '../../../src/runs/runRecord.ts';
import { runPaths } from '../../../src/runs/runPaths.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** Another process brings the run to its end just before it can be claimed. */
vi.mock('../../../src/runs/lock.ts', async (original) => {
  const real = await original<typeof import('../../../src/runs/lock.ts')>();
  const claim = async (dir: string) => {
    const read = await readRunRecord(dir);
    if ('record' in read) await writeRunRecord(dir, { ...read.record, status: 'finished' });
    return real.claim(dir);
  };
  return { ...real, claim };
});

it('does not queue a run that finished until it was claimed', async () => {
  const cwd = temporaryFolder();
  const run = { recipeText: '', recipeName: 'demo', variant: 'a', seed: 0, now: new Date() };
  const { id, dir, record } = await createRun(cwd, run);
  await writeRunRecord(dir, { ...record, status: 'stopped' });
  const silent = { write: () => undefined };
  const io = { stdout: silent, stderr: silent, isTerminal: false, cwd, env: {} };
  const { signal } = new AbortController();
  const resumed = command.run({ values: { runs: '.' }, positionals: [id], io, signal });
  await expect(resumed).rejects.toThrow(`${id} has finished`);
  expect(await readRunRecord(dir)).toMatchObject({ record: { status: 'finished' } });
  expect(existsSync(runPaths(dir).lock)).toBe(false);
});
