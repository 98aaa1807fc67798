import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { RunFailure, UserError } from '../../../src/core/errors.ts';
import { createRun } from '../../../src/runs/createRun.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  return { ...real, mkdir: vi.fn(real.mkdir), writeFile: vi.fn(real.writeFile) };
});

const run = {
  recipeText: '',
  recipeName: 'demo',
  variant: 'a',
  seed: 0,
  now: new Date('2026-11-24T22:15:03Z'),
};

const diskFull = () =>
  Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC', syscall: 'write' });

describe('createRun', () => {
  it('makes the runs folder and those above it', async () => {
    const runsDir = join(temporaryFolder(), 'a', 'b');
    const { id } = await createRun(runsDir, run);
    expect(await readdir(runsDir)).toEqual([id]);
  });

  it('names a runs folder that a file stands in the way of', async () => {
    const file = join(temporaryFolder(), 'file');
    await writeFile(file, '');
    for (const runsDir of [file, join(file, 'runs'), join(file, 'more', 'runs')]) {
      const failed = createRun(runsDir, run);
      await expect(failed).rejects.toThrow(UserError);
      await expect(failed).rejects.toThrow(`can be written at ${runsDir}, but none can be made there: E`);
    }
  });

  it.runIf(process.platform === 'linux')('ends where the system has no such place', async () => {
    await expect(createRun('/proc/none/runs', run)).rejects.toThrow(UserError);
  });

  it('is a failure, and leaves nothing, where the disk is full', async () => {
    const runsDir = temporaryFolder();
    vi.mocked(mkdir).mockRejectedValueOnce(diskFull());
    await expect(createRun(runsDir, run)).rejects.toThrow(RunFailure);
    vi.mocked(writeFile).mockRejectedValueOnce(diskFull());
    await expect(createRun(runsDir, run)).rejects.toThrow(RunFailure);
    expect(await readdir(runsDir)).toEqual([]);
  });
});
