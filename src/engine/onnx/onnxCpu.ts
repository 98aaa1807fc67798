import { cpus } from 'node:os';
import * as ort from 'onnxruntime-node';
import { internal } from '../../core/errors.ts';
import type { HostTensor } from '../../core/tensor.ts';
import { trace } from '../../trace/trace.ts';
import type { Executable, ExecuteInputs, Executor, TensorStore } from '../executor.ts';
import { hostStore, type HostStore } from '../hostStore.ts';
import { encodeOnnx } from './encode.ts';
import { lower, outputName } from './lower.ts';
import { threadCount } from '../threads.ts';
import type { Program } from '../../program/program.ts';

/**
 * ONNX Runtime's CPU provider. Weights are inputs of the graph, so that several programs share them without a copy. Memory patterns are
 * off: they keep a plan and a block of memory for every shape of batch, which multiplies the peak where lengths vary.
 */
export function onnxCpu(): Executor {
  return {
    id: 'onnx-cpu',
    store: hostStore,
    compile,
    describe: () => {
      const threads = threadCount(process.env);
      const device = `${cpus()[0]?.model.trim() ?? 'CPU'} (${threads} ${threads === 1 ? 'thread' : 'threads'})`;
      return Promise.resolve({
        device,
        versions: { 'onnxruntime-node': ort.env.versions.node ?? ort.env.versions.common },
      });
    },
    dispose: () => Promise.resolve(),
  };
}

async function compile(program: Program): Promise<Executable> {
  const model = lower(trace(program));
  const session = await ort.InferenceSession.create(encodeOnnx(model), {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    enableMemPattern: false,
    intraOpNumThreads: threadCount(process.env),
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const roles = new Map(program.inputs.map(({ name, role }) => [name, role]));
  const results = new Set(program.results);

  return {
    program,
    run: async ({ frozen, state, feeds }: ExecuteInputs) => {
      const source = (name: string): HostTensor | undefined => {
        switch (roles.get(name)) {
          case 'frozen':
            return tensorsOf(frozen).get(name);
          case 'state':
            return tensorsOf(state).get(name);
          default:
            return feeds[name];
        }
      };
      const inputs = Object.fromEntries(
        model.inputs.map(({ name }) => [
          name,
          toOrt(source(name) ?? internal(`program ${program.name} got no "${name}"`)),
        ]),
      );
      const outputs = await session.run(inputs);
      const returned: Record<string, HostTensor> = {};
      for (const name of [...roles.keys(), ...results]) {
        const output = outputs[outputName(name)] as ort.Tensor | undefined;
        if (output === undefined) continue;
        if (results.has(name)) returned[name] = fromOrt(output);
        else tensorsOf(state).set(name, fromOrt(output));
      }
      return returned;
    },
    dispose: () => session.release(),
  };
}

function tensorsOf(store: TensorStore): HostStore['tensors'] {
  return (store as HostStore).tensors;
}

function toOrt({ dtype, data, shape }: HostTensor): ort.Tensor {
  return new ort.Tensor(dtype, data, shape);
}

function fromOrt(tensor: ort.Tensor): HostTensor {
  return { dtype: tensor.type, data: tensor.data, shape: tensor.dims } as HostTensor;
}
