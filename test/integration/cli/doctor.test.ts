import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { doctorSchema } from '../../../src/protocol/doctorReport.ts';
import { doctorText } from '../../../src/protocol/doctorText.ts';
import { twoCards, withNvidiaSmi } from '../../support/fakeNvidiaSmi.ts';
import { executorsHere, hasDevice, hasTensorflow } from '../../support/executorsHere.ts';
import { runCommand } from '../../support/runCommand.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** Where this machine's adapter and packages, if any, are found. */
const places = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => /^(VK|PEFT_WORKBENCH)_/.test(name)),
);

async function doctor(...args: string[]) {
  const cwd = temporaryFolder();
  const cache = join(cwd, 'hub');
  const report = (more: NodeJS.ProcessEnv = {}) => {
    const env = { ...places, PATH: '', HF_HUB_CACHE: cache, ...more } as Record<string, string>;
    return runCommand(['doctor', ...args], { cwd, env });
  };
  return { cwd, cache, report };
}

describe('doctor', () => {
  it('runs a program on every executor and says what is there', async () => {
    const { cwd, cache, report } = await doctor('--json');
    const { status, out, err } = await report();
    expect({ status, err }).toEqual({ status: 0, err: '' });
    const printed: unknown = JSON.parse(out);
    expect(() => doctorSchema.parse(printed)).not.toThrow();
    expect(printed).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      node: process.versions.node,
      threads: expect.any(Number),
      graphics: { isThere: expect.any(Boolean), nvidia: { isAbsent: true } },
      executors: [
        { id: 'onnx-cpu', works: true, versions: { 'onnxruntime-node': expect.any(String) } },
        { id: 'onnx-webgpu', works: hasDevice },
        { id: 'onnx-cuda', works: executorsHere.includes('onnx-cuda') },
        { id: 'tensorflow', works: hasTensorflow },
      ],
      cache: { dir: cache, models: 0, sizeBytes: 0 },
      runs: { dir: join(cwd, 'runs'), writable: true },
      advice: [expect.stringMatching(/peft-workbench download/)],
    });
  });

  it('counts cached models, and files that snapshots share once', async () => {
    const { cwd, cache, report } = await doctor();
    const repository = join(cache, 'models--tiny--bert');
    await mkdir(join(repository, 'blobs'), { recursive: true });
    await writeFile(join(repository, 'blobs', 'a'), 'x'.repeat(2000));
    for (const commit of ['c'.repeat(40), 'd'.repeat(40)]) {
      await mkdir(join(repository, 'snapshots', commit), { recursive: true });
      await symlink('../../blobs/a', join(repository, 'snapshots', commit, 'model.safetensors'));
    }
    await writeFile(join(repository, 'blobs', 'b'), 'x'.repeat(500_000));
    const onnx = join(repository, 'snapshots', 'd'.repeat(40), 'onnx');
    await mkdir(onnx);
    await symlink('../../../blobs/b', join(onnx, 'model.onnx'));
    const { status, out } = await report();
    expect(status).toBe(0);
    expect(out).toContain(`model cache     ${cache}: 2 models, 502.0 kB\n`);
    expect(out).toMatch(/\nonnx-cpu +works, /);
    expect(out).toContain(`runs            ${join(cwd, 'runs')}: can be written\n`);
    expect(out).not.toContain('download');
  });

  it('ends with 1 where the executor that `auto` means does not work', async () => {
    vi.resetModules();
    vi.doMock('../../../src/trainer/tryExecutor.ts', () => ({
      tryExecutor: (id: string) =>
        Promise.resolve({ works: id !== 'onnx-cpu', fault: 'no package', device: '', versions: {} }),
    }));
    try {
      const { command } = await import('../../../src/cli/doctor.ts');
      let out = '';
      const stdout = { write: (text: string) => (out += text) };
      const cwd = temporaryFolder();
      const io = { stdout, stderr: stdout, isTerminal: false, cwd, env: { HF_HUB_CACHE: join(cwd, 'hub') } };
      const { signal } = new AbortController();
      expect(await command.run({ values: {}, positionals: [], io, signal })).toBe(1);
      expect(out).toMatch(/\nonnx-cpu +does not work: no package\n/);
      expect(out).not.toContain('reference');
    } finally {
      vi.doUnmock('../../../src/trainer/tryExecutor.ts');
    }
  });

  it.runIf(process.platform !== 'win32')('names NVIDIA cards with driver, CUDA and memory', async () => {
    const { report } = await doctor('--json');
    const printed = doctorSchema.parse(JSON.parse((await report(withNvidiaSmi(twoCards, {}))).out));
    const { graphics } = printed;
    const out = doctorText(printed);
    expect(out).toMatch(
      /\ncard 0 +NVIDIA H200, driver 580\.65\.06, CUDA 13\.0, 150\.8 GB of memory, 149\.7 GB free, 3 % busy\n/,
    );
    expect(out).toMatch(/\ncard 1 +NVIDIA H200, .*, 56\.3 GB free\n/);
    expect(graphics.nvidia).toMatchObject({ cudaVersion: '13.0', cards: [{ index: '0' }, { index: '1' }] });
  });

  it('says where runs cannot be written', async () => {
    const { cwd, report } = await doctor();
    await writeFile(join(cwd, 'runs'), 'a file in the way');
    expect((await report()).out).toMatch(/runs cannot be written: name another folder with --runs\.\n$/);
  });
});
