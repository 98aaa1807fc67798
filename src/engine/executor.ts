import type { HostTensor, HostTensors } from '../core/tensor.ts';
import type { ModelDType } from '../trace/graph.ts';
import type { Program } from '../program/program.ts';

export type ExecutorId = 'onnx-cpu' | 'onnx-webgpu' | 'onnx-cuda' | 'tensorflow' | 'reference';

/** The number formats that each executor has for frozen matrices. */
export const modelDTypes: Readonly<Record<ExecutorId, readonly ModelDType[]>> = {
  'onnx-cpu': ['float32'],
  'onnx-webgpu': ['float32', 'float16'],
  'onnx-cuda': ['float32', 'float16', 'bfloat16'],
  tensorflow: ['float32', 'float16', 'bfloat16'],
  reference: ['float32'],
};

/** Tensors that live where the executor computes. */
export interface TensorStore {
  readonly names: readonly string[];
  /** Copies to the host; all of them, or those named. @throws internal error for an unknown name. */
  read(names?: readonly string[]): Promise<HostTensors>;
  /** Replaces values; shapes and dtypes must stay. */
  write(tensors: HostTensors): Promise<void>;
  dispose(): void;
}

export interface ExecuteInputs {
  readonly frozen: TensorStore;
  readonly state: TensorStore;
  readonly feeds: Readonly<Record<string, HostTensor>>;
}

/** A program made ready to run, for any batch size and length. */
export interface Executable {
  readonly program: Program;
  /** Runs once: state outputs replace the tensors in `inputs.state`, the results come back. Runs do not overlap. */
  run(inputs: ExecuteInputs): Promise<Record<string, HostTensor>>;
  dispose(): Promise<void>;
}

/** How many operators of a program ran in each place, by name. */
export interface Placement {
  readonly device: Readonly<Record<string, number>>;
  /** Where they compute sizes alone. */
  readonly processor: Readonly<Record<string, number>>;
}

export interface ExecutorOptions {
  /** One of those that the executor has; default float32. */
  readonly modelDType?: ModelDType;
  /** Called when a program has run for the first time, by executors that know where its operators ran. */
  readonly onPlacement?: (program: string, placement: Placement) => void;
}

/** One way of running programs. Implementations load their native package on first use only. */
export interface Executor {
  readonly id: ExecutorId;
  /** Takes ownership of the tensors' memory; the caller does not use it afterwards. Frozen matrices are kept as `modelDType`. */
  store(tensors: HostTensors, role?: 'frozen'): TensorStore;
  compile(program: Program): Promise<Executable>;
  describe(): Promise<Description>;
  dispose(): Promise<void>;
}

/** Name and version of what computes, for the run's record. */
export interface Description {
  readonly device: string;
  readonly versions: Readonly<Record<string, string>>;
  /** The processor plays the graphics card: right, and slower than the processor itself. */
  readonly isEmulated?: boolean;
  /** What computes is a card of NVIDIA, of whose memory and load `nvidia-smi` tells. */
  readonly isNvidia?: boolean;
}
