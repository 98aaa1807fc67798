import { sizeOf } from '../core/tensor.ts';
import type { Assembly } from '../program/assembly.ts';
import { trainingState, type StepSettings } from '../program/training.ts';
import type { Graph, ModelDType } from '../trace/graph.ts';
import { isNarrowed } from '../trace/narrow.ts';
import { memoryEvents } from '../trace/liveness.ts';
import { evaluate, type Binding } from '../trace/size.ts';
import { arenaBytes } from './arena.ts';

/** What a training process needs above an idle one, in bytes, at its peak. */
export interface MemoryEstimate {
  /** Of the base model and the head: what is trained as float32, frozen matrices as `model_dtype`. */
  readonly weights: number;
  /** Of the trained tensors; with accumulation, their sums too. */
  readonly gradients: number;
  readonly optimizer: number;
  /** Everything else that the programs compute, and what the allocator cannot use in between. */
  readonly activations: number;
  /** The program itself, ONNX Runtime and its sessions, and copies of what leaves the arena: what a step changes, what a run gives back. */
  readonly runtime: number;
  readonly total: number;
}

/** A graph and the sizes at which it runs. */
export interface Load {
  readonly graph: Graph;
  readonly binding: Binding;
}

/**
 * Code, libraries, threads and heap of the process, and what a session keeps for a node. What is left of measured peaks when weights and arena are
 * subtracted (Linux, Node 20, onnxruntime-node 1.30; 1,400 to 5,100 nodes): the bare step of bench/memory.mjs has about 80 MB,
 * a training process, with its tokenizer and data, about 130 MB; this lies between.
 */
const PROCESS_BYTES = 100e6;
const NODE_BYTES = 25e3;

/**
 * A step's new state leaves the arena as copies, beside which the state before and, until they are collected, some copies of earlier steps
 * stand: so many times its size above the state itself. Measured with `full` by bench/memory.mjs: 1.3 (MiniLM) and 1.4 (BERT-large,
 * GPT-2 medium) to 2.3 (GPT-2); this lies between. What a run gives back, such as keys and values of what was read, leaves the arena alike.
 */
const COPIES = 1.8;

/** `loads`: the programs that the process holds at one time, in `model_dtype`; each session has an arena of its own and keeps it. */
export function estimateMemory(
  assembly: Assembly,
  settings: StepSettings & { readonly model_dtype: ModelDType },
  loads: readonly Load[],
): MemoryEstimate {
  const trained = bytesOf(assembly.trained);
  const weights = frozenBytes(assembly, settings.model_dtype) + trained;
  const sums = settings.gradient_accumulation_steps > 1 ? trained : 0;
  const state = bytesOf(trainingState(assembly, settings));
  const arenas = loads.reduce((sum, { graph, binding }) => sum + arenaBytes(memoryEvents(graph, binding)), 0);
  const results = Math.max(...loads.map(resultBytes));
  const nodes = loads.reduce((sum, { graph }) => sum + graph.nodes.length, 0);
  const parts = {
    weights,
    gradients: trained + sums,
    optimizer: state - sums,
    activations: Math.max(0, arenas - trained), // gradients are computed in the arena
    runtime: PROCESS_BYTES + nodes * NODE_BYTES + COPIES * (trained + state) + (1 + COPIES) * results,
  };
  return { ...parts, total: Object.values(parts).reduce((sum, bytes) => sum + bytes, 0) };
}

/** What a run gives back to the host. */
function resultBytes({ graph, binding }: Load): number {
  const results = graph.outputs.filter(({ state }) => !state);
  return bytesOf(
    results.map(({ value }) => ({
      shape: graph.values[value].shape.map((size) => evaluate(size, binding)),
    })),
  );
}

function frozenBytes({ frozen }: Assembly, dtype: ModelDType): number {
  const matrices = frozen.filter(isNarrowed);
  return bytesOf(frozen) - (dtype === 'float32' ? 0 : bytesOf(matrices) / 2);
}

function bytesOf(tensors: readonly { readonly shape: readonly number[] }[]): number {
  return tensors.reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0);
}
