import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ExecutorOptions } from '../../../src/engine/executor.ts';
import { executors } from '../../../src/engine/registry.ts';
import { lowerings } from '../../../src/engine/onnx/lowerings.ts';
import { preload } from '../../../src/engine/onnx/preload.ts';
import { profiledSession } from '../../../src/engine/onnx/profiledSession.ts';
import { compileResident } from '../../../src/engine/onnx/residentProgram.ts';
import { runtime, type SessionOptions } from '../../../src/engine/onnx/runtime.ts';
import {
  cudaLibraries,
  librariesIn,
  ownRuntime,
  runtimeRecord,
} from '../../../src/engine/onnxRuntimePackage.ts';
import type { Program } from '../../../src/program/program.ts';
import { evaluationProgram, trainingPrograms } from '../../../src/program/training.ts';
import { executorsHere } from '../../support/executorsHere.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { plainSettings, tinyAssembly, tinyFeeds, tinyWeights } from '../../support/tinyModel.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a program with its frozen weights in the graph', () => {
  const assembly = tinyAssembly({ use: { ln_tuning: {} } });
  type Context = Parameters<typeof compileResident>[0];
  const onProcessor: SessionOptions = { executionProviders: ['cpu'] };
  const plain: Context = {
    lowerings,
    check: () => Promise.resolve(),
    open: (create) => create(onProcessor),
  };
  const resident = (program: Program) => compileResident(plain, program);
  const profiled = (program: Program, onPlacement: ExecutorOptions['onPlacement']) => {
    const context = { program: program.name, options: onProcessor, onPlacement };
    return compileResident({ ...plain, open: (create) => profiledSession(context, create) }, program);
  };

  it('computes what it does with weights as inputs, to the bit, over several steps and sizes', async () => {
    const programs = trainingPrograms(assembly, plainSettings);
    if (!('step' in programs)) throw new Error('expected one program');
    const executor = await executors['onnx-cpu']();
    const outcomes = await Promise.all(
      [executor.compile, resident].map(async (compile) => {
        const [step, evaluate] = [await compile(programs.step), await compile(evaluationProgram(assembly))];
        const weights = tinyWeights(assembly);
        const stores = { frozen: executor.store(weights.frozen), state: executor.store(weights.state) };
        const seen: unknown[] = [];
        for (const [i, size] of [
          { B: 2, S: 5 },
          { B: 3, S: 7 },
        ].entries()) {
          const feeds = tinyFeeds(assembly, plainSettings, { ...size, step: i });
          seen.push(await step.run({ ...stores, feeds }), await evaluate.run({ ...stores, feeds }));
        }
        seen.push(await stores.state.read());
        await step.dispose();
        await evaluate.dispose();
        return seen;
      }),
    );
    expect(outcomes[1]).toEqual(outcomes[0]);
  });

  it('brings frozen weights once, and at every run state and feeds alone', async () => {
    const weights = tinyWeights(assembly);
    const executor = await executors['onnx-cpu']();
    const program = evaluationProgram(assembly);
    const executable = await resident(program);
    const create = vi.spyOn(runtime.InferenceSession, 'create');
    const { prototype } = runtime.InferenceSession as unknown as {
      prototype: { run: (inputs: object) => unknown };
    };
    const run = vi.spyOn(prototype, 'run');
    const stores = { frozen: executor.store(weights.frozen), state: executor.store(weights.state) };
    const feeds = tinyFeeds(assembly, plainSettings, { B: 2, S: 5 });
    for (let i = 0; i < 3; i++) await executable.run({ ...stores, feeds });
    expect(create).toHaveBeenCalledTimes(1);
    const fed = run.mock.calls.map(([inputs]) => Object.keys(inputs));
    const moved = new Set(program.inputs.filter(({ role }) => role !== 'frozen').map(({ name }) => name));
    expect(fed).toHaveLength(3);
    for (const names of fed) for (const name of names) expect([...moved]).toContain(name);
    await executable.dispose();
  });

  it('is not made where its graph must not run', async () => {
    const check = () => Promise.reject(new Error('stray'));
    await expect(compileResident({ ...plain, check }, evaluationProgram(assembly))).rejects.toThrow('stray');
  });

  describe('profiled as it runs first', () => {
    async function evaluation(onPlacement: ExecutorOptions['onPlacement']) {
      const [weights, executor] = [tinyWeights(assembly), await executors['onnx-cpu']()];
      const inputs = {
        frozen: executor.store(weights.frozen),
        state: executor.store(weights.state),
        feeds: tinyFeeds(assembly, plainSettings, { B: 2, S: 5 }),
      };
      const plainly = await resident(evaluationProgram(assembly));
      const expected = await plainly.run(inputs);
      await plainly.dispose();
      return { executable: await profiled(evaluationProgram(assembly), onPlacement), inputs, expected };
    }

    it('fails, with their names, where operators are on the processor', async () => {
      const told = vi.fn();
      const { executable, inputs } = await evaluation(told);
      await expect(executable.run(inputs)).rejects.toThrow(
        /^onnx-cpu: expected every operator .* leaves to the processor: .*LayerNormalization, .*MatMul/,
      );
      expect(told).not.toHaveBeenCalled();
      await executable.dispose();
    });

    it('tells once where its operators were, and computes the same', async () => {
      const told = vi.fn<NonNullable<ExecutorOptions['onPlacement']>>();
      const { executable, inputs, expected } = await evaluation(told);
      const folders = asIfOnCard();
      for (let i = 0; i < 2; i++) expect(await executable.run(inputs)).toEqual(expected);
      expect(told).toHaveBeenCalledOnce();
      const [program, { device, processor }] = told.mock.calls[0];
      expect(program).toBe(evaluationProgram(assembly).name);
      expect(Object.keys(device)).toEqual(expect.arrayContaining(['LayerNormalization', 'MatMul']));
      expect(processor).toEqual({});
      await executable.dispose();
      expect(folders).toHaveLength(1);
      expect(existsSync(folders[0])).toBe(false);
    });
  });
});

/** From now on, profiles say what those of a card would: that its provider ran each node. Folders of the profiles. */
function asIfOnCard(): string[] {
  const folders: string[] = [];
  const { prototype } = runtime.InferenceSession as unknown as { prototype: InferenceSession };
  const create = runtime.InferenceSession.create.bind(runtime.InferenceSession);
  vi.spyOn(runtime.InferenceSession, 'create').mockImplementation(((
    model: string,
    options: SessionOptions,
  ) => {
    if (options.profileFilePrefix !== undefined) folders.push(dirname(options.profileFilePrefix));
    return create(model, options);
  }) as typeof create);
  const { endProfiling } = prototype;
  vi.spyOn(prototype, 'endProfiling').mockImplementation(function (this: InferenceSession) {
    endProfiling.call(this);
    const file = join(folders[0], readdirSync(folders[0])[0]);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replaceAll('CPUExecutionProvider', 'CUDAExecutionProvider'));
  });
  return folders;
}

describe('the package of ONNX Runtime', () => {
  const packageAt = (dir: string) => {
    mkdirSync(librariesIn(dir), { recursive: true });
    writeFileSync(join(dir, 'package.json'), '{ "name": "onnxruntime-node" }');
    return dir;
  };

  it('is that of this program where nothing else is named or was set up', () => {
    expect(ownRuntime({ XDG_DATA_HOME: temporaryFolder() })).toBeUndefined();
  });

  it('is the one that is named, itself or in an installation, else the one that was set up', () => {
    const installation = temporaryFolder();
    const dir = packageAt(join(installation, 'node_modules', 'onnxruntime-node'));
    const data = temporaryFolder();
    writeFileSync(runtimeRecord(data), `${dir}\n`);
    expect(ownRuntime({ PEFT_WORKBENCH_ONNXRUNTIME: dir })).toBe(dir);
    expect(ownRuntime({ PEFT_WORKBENCH_ONNXRUNTIME: installation })).toBe(dir);
    expect(ownRuntime({ PEFT_WORKBENCH_DATA: data })).toBe(dir);
    expect(ownRuntime({ PEFT_WORKBENCH_DATA: data, PEFT_WORKBENCH_ONNXRUNTIME: '/nowhere' })).toBe(
      '/nowhere',
    );
  });

  it('has libraries for CUDA where they lie beside it', () => {
    const dir = packageAt(temporaryFolder());
    const env = { PEFT_WORKBENCH_ONNXRUNTIME: dir };
    expect(cudaLibraries(env)).toBeUndefined();
    writeFileSync(join(librariesIn(dir), 'libonnxruntime_providers_cuda.so'), '');
    expect(cudaLibraries(env)).toBe(librariesIn(dir));
  });
});

it.skipIf(executorsHere.includes('onnx-cuda'))(
  'onnx-cuda says what is missing where it cannot work',
  async () => {
    await expect(executors['onnx-cuda']()).rejects.toThrow(
      /^onnx-cuda: expected .*\n +Choose `executor: onnx-cpu`/,
    );
  },
);

describe.runIf(process.platform === 'linux')("NVIDIA's libraries", () => {
  it('are in the process once they are loaded, though they are no addons', () => {
    const folder = temporaryFolder();
    const [some] = /\/\S*libc\.so\S*/.exec(readFileSync('/proc/self/maps', 'utf8')) ?? [];
    const library = join(folder, 'libcudart.so.13');
    copyFileSync(some!.replace(/libc\.so\S*/, 'libutil.so.1'), library);
    preload(folder);
    expect(readFileSync('/proc/self/maps', 'utf8')).toContain(library);
  });

  it('are named where they cannot be loaded', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'libcublas.so.13'), 'no library');
    expect(() => preload(folder)).toThrow('libcublas.so.13');
  });
});
