import { sizeOf } from '../core/tensor.ts';
import { isOfHead } from '../peft/method.ts';
import { storedTensors, type Assembly } from '../program/assembly.ts';

/** Numbers of parameters, known from declarations alone. */
export interface ParameterCounts {
  /** The base model's, with what the checkpoint has of a pooler, without any head. */
  readonly base: number;
  /** What the methods train, each tensor once; without the head. */
  readonly trained: number;
  /** Of those, what an adapter file holds. */
  readonly stored: number;
  /** The head's, and with it what the checkpoint lacks. */
  readonly head: number;
  /** `trained` as a percentage of `base`. */
  readonly percent: number;
  /** Every trained tensor, those of the head (method `head`) last. */
  readonly layers: readonly TrainedShare[];
}

export interface TrainedShare {
  /** Absent outside the layers. */
  readonly layer?: number;
  /** `embeddings`, `attention`, `ffn`, `final`, `pooler` or `head`. */
  readonly module: string;
  readonly method: string;
  readonly tensor: string;
  readonly shape: readonly number[];
  readonly count: number;
}

export function countParameters(assembly: Assembly): ParameterCounts {
  const { info, trained } = assembly;
  const { architecture, shape, missing } = info;
  const inCheckpoint = architecture.tensors(shape).filter(({ name }) => !missing.includes(name));
  const head = trained.filter(isOfHead);
  const tuned = trained.filter((tensor) => !isOfHead(tensor));
  const base = total(inCheckpoint);
  return {
    base,
    trained: total(tuned),
    stored: total(storedTensors(assembly, tuned)),
    head: total(head),
    percent: (100 * total(tuned)) / base,
    layers: [...tuned, ...head].map((tensor) => ({
      ...(tensor.layer === undefined ? {} : { layer: tensor.layer }),
      module: tensor.part,
      method: tensor.method,
      tensor: tensor.name,
      shape: tensor.shape,
      count: sizeOf(tensor.shape),
    })),
  };
}

function total(tensors: readonly { readonly shape: readonly number[] }[]): number {
  return tensors.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}
