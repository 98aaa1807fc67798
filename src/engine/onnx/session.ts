import type * as ort from 'onnxruntime-node';
import { internal } from '../../core/errors.ts';
import type { HostTensor } from '../../core/tensor.ts';
import type { Program } from '../../program/program.ts';
import { narrowed } from '../../trace/narrow.ts';
import { trace } from '../../trace/trace.ts';
import type { DeviceTensors } from '../deviceStore.ts';
import type { Executable, ExecuteInputs, ExecutorOptions, TensorStore } from '../executor.ts';
import { deviceSession } from './deviceSession.ts';
import { encodeOnnx } from './encode.ts';
import { lower, outputName } from './lower.ts';
import type { Lowerings } from './lowerings.ts';
import type { OnnxValueInfo } from './model.ts';
import { profiledSession, type Runner } from './profiledSession.ts';
import { runtime, type SessionOptions } from './runtime.ts';

/** One of ONNX Runtime's providers. */
export interface Provider {
  readonly lowerings: Lowerings;
  /** Whether it computes elsewhere than on the processor: then compiling fails where a program would not stay there. */
  readonly isDevice: boolean;
  /** `results`: those of the model's outputs that go back to the host; the others replace state. */
  sessionOptions(model: { outputs: readonly OnnxValueInfo[]; results: ReadonlySet<string> }): SessionOptions;
  tensorsOf(store: TensorStore): Promise<DeviceTensors<ort.Tensor>>;
}

/** A program as a session. Weights are inputs of the graph, so that several programs share them without a copy. */
export async function compileWith(
  provider: Provider,
  program: Program,
  { onPlacement, modelDType }: ExecutorOptions = {},
): Promise<Executable> {
  const model = lower(narrowed(trace(program), modelDType), provider.lowerings);
  const results = new Set(program.results.map(outputName));
  const options = provider.sessionOptions({ outputs: model.outputs, results });
  const session: Runner = provider.isDevice
    ? await profiledSession({ program: program.name, options, onPlacement }, (profiling) =>
        deviceSession(program.name, encodeOnnx(model), profiling),
      )
    : await runtime.InferenceSession.create(encodeOnnx(model), options);
  const roles = new Map(program.inputs.map(({ name, role }) => [name, role]));

  return {
    program,
    run: async ({ frozen, state, feeds }: ExecuteInputs) => {
      const stores = { frozen: await provider.tensorsOf(frozen), state: await provider.tensorsOf(state) };
      const source = (name: string): ort.Tensor | undefined => {
        const role = roles.get(name);
        if (role === 'frozen' || role === 'state') return stores[role].get(name);
        return feeds[name] && toOrt(feeds[name]);
      };
      const inputs = Object.fromEntries(
        model.inputs.map(({ name }) => [
          name,
          source(name) ?? internal(`program ${program.name} got no "${name}"`),
        ]),
      );
      return deliver(await session.run(inputs), program, (name, tensor) => stores.state.set(name, tensor));
    },
    dispose: () => session.release(),
  };
}

/** What a run gave: results come back, all else replaces state. */
export function deliver(
  outputs: Readonly<Record<string, ort.OnnxValue>>,
  { inputs, results }: Program,
  setState: (name: string, tensor: ort.Tensor) => void,
): Record<string, HostTensor> {
  const returned: Record<string, HostTensor> = {};
  for (const name of [...inputs.map((input) => input.name), ...results]) {
    const output = outputs[outputName(name)] as ort.Tensor | undefined;
    if (output === undefined) continue;
    if (results.includes(name)) returned[name] = fromOrt(output);
    else setState(name, output);
  }
  return returned;
}

export function toOrt({ dtype, data, shape }: HostTensor): ort.Tensor {
  return new runtime.Tensor(dtype, data, shape);
}

/** Of a tensor in host memory. */
export function fromOrt(tensor: ort.Tensor): HostTensor {
  return { dtype: tensor.type, data: tensor.data, shape: tensor.dims } as HostTensor;
}

export function onnxRuntimeVersion(): Record<string, string> {
  return { 'onnxruntime-node': runtime.env.versions.node ?? runtime.env.versions.common };
}
