import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { cudaLibraries, librariesIn, ownRuntime } from '../../../src/engine/onnxRuntimePackage.ts';
import { cudaWheels, setUpOnnxCuda } from '../../../src/setup/onnxCuda.ts';
import { holdFile } from '../../../src/runs/heldFile.ts';
import type { SetupContext } from '../../../src/setup/package.ts';
import { runCommand } from '../../support/runCommand.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** Has pip fetch wheels that hold little; unpacking them is the real Python's. */
const python = `case "$2" in
  pip) [ "$4" = download ] || exit 0
    case "$*" in *--require-hashes*) ;; *) exit 1;; esac
    while [ "$1" != --dest ]; do shift; done
    exec /usr/bin/env -i PATH=/usr/local/bin:/usr/bin:/bin python3 -c '
import pathlib, sys, zipfile
folder = pathlib.Path(sys.argv[1]); folder.mkdir(exist_ok=True)
def wheel(name, *files):
    with zipfile.ZipFile(folder / name, "w") as archive:
        for file in files: archive.writestr(file, name)
wheel("onnxruntime_gpu.whl", "onnxruntime/capi/libonnxruntime_providers_cuda.so", "onnxruntime/capi/libonnxruntime_providers_shared.so", "onnxruntime/capi/libonnxruntime_providers_tensorrt.so", "onnxruntime/__init__.py")
wheel("nvidia_cublas.whl", "nvidia/cu13/lib/libcublas.so.13", "nvidia/cu13/include/cublas.h", "../nvidia/cu13/lib/outside.so")
' "$2" ;;
  *) exec /usr/bin/env -i PATH=/usr/local/bin:/usr/bin:/bin python3 "$@" ;;
esac`;

async function given(script: string, verify: SetupContext<object>['verify'], spaceBytes = 1000) {
  const bin = temporaryFolder();
  await writeFile(join(bin, 'python3'), `#!/bin/sh\n${script}\n`);
  await chmod(join(bin, 'python3'), 0o755);
  for (const tool of ['sh', 'mkdir']) await symlink(`/bin/${tool}`, join(bin, tool));
  const folder = join(temporaryFolder(), 'data');
  const { signal } = new AbortController();
  const setUp = () =>
    setUpOnnxCuda({ folder, env: { PATH: bin }, signal, report: () => undefined, verify, spaceBytes });
  return { folder, setUp, left: () => readdir(folder).catch((): string[] => []) };
}

describe.runIf(process.platform === 'linux' && process.arch === 'x64')('setup onnx-cuda', () => {
  it('puts the libraries beside a copy of the package, which then is the ONNX Runtime of every process', async () => {
    const tried: string[] = [];
    const { folder, setUp, left } = await given(python, (dir) => {
      tried.push(dir);
      return Promise.resolve({ device: 'here' });
    });
    const { dir } = await setUp();
    expect((await readdir(librariesIn(dir))).sort()).toEqual([
      'libcublas.so.13',
      'libonnxruntime.so.1',
      'libonnxruntime_providers_cuda.so',
      'libonnxruntime_providers_shared.so',
      'onnxruntime_binding.node',
    ]);
    expect(await readdir(join(dir, '..', '..'))).toEqual(['node_modules']);
    expect((await left()).sort()).toEqual(['onnxruntime-1.30.0-cuda', 'onnxruntime.path']);
    const env = { PEFT_WORKBENCH_DATA: folder };
    expect([ownRuntime(env), cudaLibraries(env)]).toEqual([dir, librariesIn(dir)]);
    // It loads, with all that it needs.
    expect(createRequire(import.meta.url).resolve(join(dir, 'package.json'))).toBe(join(dir, 'package.json'));
    expect(await readFile(join(dir, '..', 'onnxruntime-common', 'package.json'), 'utf8')).toContain('1.30.0');
    await setUp();
    expect(tried).toEqual([dir, dir]);
  });

  it('leaves nothing behind where a step on it fails', async () => {
    const { setUp, left } = await given(python, () => Promise.reject(new Error('no driver')));
    await expect(setUp()).rejects.toThrow('no driver');
    expect(await left()).toEqual([]);
  });

  it.each<[what: string, script: string, space: number, message: RegExp]>([
    [
      'Python',
      'exit 1',
      0,
      /^setup onnx-cuda: expected Python 3 with pip \(python3\) on the PATH, found none/,
    ],
    ['space', python, 1e18, /expected .* of free space/],
    [
      'network',
      'case "$2" in pip) [ "$4" = download ] && { echo "ProxyError" >&2; exit 1; }; exit 0;; esac',
      0,
      /expected to reach PyPI, which failed/,
    ],
  ])('says that it needs %s', async (_, script, space, message) => {
    const { setUp, left } = await given(script, () => Promise.resolve({}), space);
    await expect(setUp()).rejects.toThrow(message);
    expect(await left()).toEqual([]);
  });

  it('says so where another set-up is at work', async () => {
    const { folder, setUp, left } = await given(python, () => Promise.resolve({}));
    await mkdir(folder);
    const held = await holdFile(join(folder, 'setup.lock'));
    await expect(setUp()).rejects.toThrow(`setup onnx-cuda: another set-up is at work in ${folder}`);
    await held!.giveBack();
    expect(await left()).toEqual([]);
  });

  it("fetches the provider of the package's own version", () => {
    expect(cudaWheels[0]).toBe(`onnxruntime-gpu==${manifest.dependencies['onnxruntime-node']}`);
  });

  it('says first what it does', async () => {
    const data = temporaryFolder();
    await mkdir(join(data, 'x'));
    const { status, err } = await runCommand(['setup', 'onnx-cuda', '--dry-run'], {
      cwd: data,
      env: { PEFT_WORKBENCH_DATA: data },
    });
    expect(status).toBe(0);
    expect(err).toMatch(/^1\. Fetch onnxruntime-gpu==1\.30\.0, nvidia-cublas==/);
    expect(err).toContain(join(data, 'onnxruntime-1.30.0-cuda'));
    expect(
      await runCommand(['setup', 'onnx-cuda', '--device', 'cpu', '--dry-run'], {
        cwd: data,
        env: { PEFT_WORKBENCH_DATA: data },
      }),
    ).toMatchObject({
      status: 2,
      err: expect.stringMatching(/^setup onnx-cuda: expected no --device, .*; found --device cpu\n$/),
    });
  });
});
