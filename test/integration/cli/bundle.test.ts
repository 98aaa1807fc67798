import { execFile } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const dist = join(import.meta.dirname, '../../../dist');

it('the command line starts where ONNX Runtime is not installed, and doctor says so', async () => {
  const dir = temporaryFolder();
  await cp(dist, join(dir, 'dist'), { recursive: true, filter: (path) => !path.endsWith('.map') });
  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, ['dist/cli.js', ...args], { cwd: dir });
  expect((await run('--help')).stdout).toContain('train RECIPE');
  await expect(run('doctor')).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringContaining('onnxruntime-node') as string,
  });
});
