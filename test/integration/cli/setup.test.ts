import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { holdFile } from '../../../src/runs/heldFile.ts';
import type { SetupContext } from '../../../src/setup/package.ts';
import { setUpTensorflow } from '../../../src/setup/tensorflow.ts';
import { findPackage } from '../../../src/engine/tensorflowPackage.ts';
import { cpu } from '../../../src/setup/tensorflowRecipe.ts';
import { runCommand } from '../../support/runCommand.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** What npm, Python and the compiler do, as scripts of the shell. */
interface Scripts {
  npm?: string;
  python3?: string;
  'g++'?: string;
}

const sound: Scripts = {
  npm: '[ "$1" = ci ] && mkdir -p node_modules/@tensorflow/tfjs-node node_modules/@tensorflow/tfjs-node-gpu && echo "{}" > node_modules/@tensorflow/tfjs-node/package.json; exit 0',
  // `-m pip download`, then `-c UNPACK WHEELS PYTHON`.
  python3:
    'case "$2" in pip) mkdir -p wheels;; *zipfile*) mkdir -p "$4/tensorflow"; touch "$4/tensorflow/libtensorflow_cc.so.2";; esac',
  'g++': 'for a; do case "$a" in *.node) echo binary > "$a";; esac; done; exit 0',
};

async function given(scripts: Scripts, verify: SetupContext<object>['verify'] = () => Promise.resolve({})) {
  const folder = temporaryFolder();
  const bin = join(folder, 'bin');
  await mkdir(bin);
  for (const [name, script] of Object.entries(scripts)) {
    await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(bin, name), 0o755);
  }
  for (const tool of ['sh', 'mkdir', 'touch']) await symlink(`/bin/${tool}`, join(bin, tool));
  const data = join(folder, 'data');
  const reports: string[] = [];
  const context = { folder: data, env: { PATH: bin }, signal: new AbortController().signal, verify };
  const report = (line: string) => void reports.push(line);
  const setUp = () => setUpTensorflow({ ...cpu, spaceBytes: 1000 }, { ...context, report });
  return { data, bin, setUp, left: () => readdir(data).catch((): string[] => []), reports };
}

describe.runIf(process.platform === 'linux')('setup tensorflow', () => {
  it('builds the package, tries it and writes down where it is; the second time it tries it alone', async () => {
    const tried: string[] = [];
    const { setUp, left, data, reports } = await given(sound, (dir) => {
      tried.push(dir);
      return Promise.resolve({ device: 'here' });
    });
    const dir = join(data, 'tensorflow-2.21.0-cpu', 'node_modules', '@tensorflow', 'tfjs-node');
    expect(await setUp()).toEqual({ dir, device: 'here' });
    expect((await left()).sort()).toEqual(['tensorflow-2.21.0-cpu', 'tensorflow.path']);
    expect(await readdir(join(dir, 'lib', 'napi-v8'))).toEqual(['tfjs_binding.node']);
    expect(await readdir(join(dir, 'deps', 'lib'))).toEqual(['libtensorflow_cc.so.2']);
    expect(await readdir(join(dir, '..', '..', '..'))).not.toContain('wheels');
    const said = reports.length;
    await setUp();
    expect(reports.slice(said)).toEqual(['Running training steps']);
    expect(tried).toEqual([dir, dir]);
  });

  it.each([
    [
      { npm: sound.npm },
      /expected Python 3.10 to 3.13 with pip \(python3\), a compiler \(g\+\+\) on the PATH, found none\n +Install python3 and python3-pip, g\+\+/,
    ],
    [
      { ...sound, npm: 'case "$1" in ci) echo "npm error code ENOTFOUND" >&2; exit 1;; esac' },
      /npm: expected to reach npm, which failed:\nnpm error code ENOTFOUND\n.*HTTPS_PROXY/,
    ],
    [
      {
        ...sound,
        python3:
          'case "$2" in pip) echo "ERROR: No matching distribution found for tensorflow-cpu==2.21.0"; exit 1;; esac',
      },
      /^python3 ended with status 1:\nERROR: No matching/,
    ],
    [
      { ...sound, 'g++': 'case "$1" in --version) ;; *) echo "fatal error: no such thing"; exit 1;; esac' },
      /could not be compiled:\nfatal error: no such thing/,
    ],
  ] as const)('says what is missing and leaves nothing behind: %#', async (scripts, message) => {
    const { setUp, left } = await given(scripts);
    await expect(setUp()).rejects.toThrow(message);
    expect(await left()).toEqual([]);
  });

  it('does not keep what was built and does not work, nor a record of it', async () => {
    const { setUp, left, data } = await given(sound, () => Promise.reject(new Error('no such symbol')));
    const dir = join(data, 'tensorflow-2.21.0-cpu', 'node_modules', '@tensorflow', 'tfjs-node');
    await mkdir(data);
    await writeFile(join(data, 'tensorflow.path'), `${dir}\n`);
    await expect(setUp()).rejects.toThrow(/^no such symbol$/);
    expect(await left()).toEqual([]);
  });

  it('keeps what was there before, although a step on it fails', async () => {
    let works = true;
    const { setUp, left, data } = await given(sound, () =>
      works ? Promise.resolve({}) : Promise.reject(new Error('out of memory')),
    );
    const { dir } = await setUp();
    works = false;
    const place = join(data, 'tensorflow-2.21.0-cpu');
    await expect(setUp()).rejects.toThrow(`out of memory\nRemove ${place} to have the package built anew.`);
    expect((await left()).sort()).toEqual(['tensorflow-2.21.0-cpu', 'tensorflow.path']);
    expect(findPackage({ PEFT_WORKBENCH_DATA: data })).toEqual({ dir, namedBy: 'setup' });
  });

  it('is done by one process at a time, which removes what a killed one left', async () => {
    const { setUp, left, data } = await given(sound);
    await mkdir(join(data, '.tensorflow-2.21.0-cpu.0123abcd'), { recursive: true });
    const held = await holdFile(join(data, 'setup.lock'));
    await expect(setUp()).rejects.toThrow(`setup tensorflow: another set-up is at work in ${data}`);
    expect((await left()).sort()).toEqual(['.tensorflow-2.21.0-cpu.0123abcd', 'setup.lock']);
    await held!.giveBack();
    await setUp();
    expect((await left()).sort()).toEqual(['tensorflow-2.21.0-cpu', 'tensorflow.path']);
  });

  it('starts every tool in a folder of its own, with the hashes of the wheels', async () => {
    const log = join(temporaryFolder(), 'log');
    const scripts = Object.entries(sound).map(([name, script]) => {
      const requirements = `case "$2" in pip) while read -r line; do echo "$line" >> ${log}.wheels; done < wheels/requirements.txt;; esac`;
      return [name, `echo "$PWD" >> ${log}; ${name === 'python3' ? `${requirements}; ` : ''}${script}`];
    });
    const { setUp, data } = await given(Object.fromEntries(scripts) as Scripts);
    await setUp();
    const folders = (await readFile(log, 'utf8')).trim().split('\n');
    expect(folders.length).toBeGreaterThan(5);
    expect(folders.filter((folder) => !folder.startsWith(data))).toEqual([]);
    expect(await readFile(`${log}.wheels`, 'utf8')).toMatch(
      /^tensorflow-cpu==2\.21\.0( --hash=sha256:[0-9a-f]{64}){4}\n?$/,
    );
  });

  it('tries a package in another process, which may crash', async () => {
    const cwd = temporaryFolder();
    const dir = join(cwd, 'own');
    await mkdir(dir);
    await writeFile(
      join(dir, 'package.json'),
      JSON.stringify({ name: '@tensorflow/tfjs-node', version: '4.22.0' }),
    );
    await writeFile(join(dir, 'index.js'), 'process.kill(process.pid, "SIGSEGV"); for (;;);');
    const env = { ...process.env, PEFT_WORKBENCH_TENSORFLOW: dir };
    expect(await runCommand(['setup', 'tensorflow'], { cwd, env })).toMatchObject({
      status: 1,
      err: expect.stringContaining(`A training step on the package in ${dir} failed: its process crashed`),
    });
    expect(
      await runCommand(['setup', 'tensorflow', '--device', 'cuda', '--dry-run'], { cwd, env }),
    ).toMatchObject({
      status: 2,
      err: expect.stringContaining(
        `--device cuda: expected a package that setup builds, found one of your own in ${dir}`,
      ),
    });
  });

  it('says what it would do, and that it knows nothing else', async () => {
    const cwd = temporaryFolder();
    const env = { PEFT_WORKBENCH_DATA: join(cwd, 'data'), XDG_DATA_HOME: cwd };
    const { status, out } = await runCommand(
      ['setup', 'tensorflow', '--device', 'cuda', '--dry-run', '--json'],
      { cwd, env },
    );
    expect(status).toBe(0);
    const { steps } = JSON.parse(out) as { steps: string[] };
    expect(steps[0]).toContain('tensorflow==2.21.0, nvidia-cublas-cu12==');
    expect(steps[1]).toContain(join(cwd, 'data', 'tensorflow-2.21.0-cuda'));
    expect(await runCommand(['setup', 'rocm'], { cwd, env })).toMatchObject({
      status: 2,
      err: 'setup: expected tensorflow or onnx-cuda, found rocm\n',
    });
  });
});
