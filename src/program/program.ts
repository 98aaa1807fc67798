import type { Tensor } from '@tensorflow/tfjs-core';
import type { DType } from '../core/tensor.ts';

/** A size that is fixed, or a symbol (`B` batch, `S` length) bound anew at every run. */
export type SymbolicSize = number | string;

/**
 * Who owns an input: `frozen` never changes, `state` is replaced by the output of the same name after each run (trained
 * tensors, optimizer state), `feed` comes from the host at each run.
 */
export type InputRole = 'frozen' | 'state' | 'feed';

export interface ProgramInput {
  readonly name: string;
  readonly role: InputRole;
  readonly dtype: DType;
  readonly shape: readonly SymbolicSize[];
}

export type NamedTensors = Readonly<Record<string, Tensor>>;

/**
 * A computation: a pure function of TensorFlow.js tensors, which executors run eagerly or trace. Outputs named like
 * a `state` input replace it; the others (`results`) go back to the host.
 */
export interface Program {
  readonly name: string;
  readonly inputs: readonly ProgramInput[];
  /** Names of the outputs that are not state. */
  readonly results: readonly string[];
  /** Largest value that a symbol can take, where the model limits it (S: positions). */
  readonly limits: Readonly<Record<string, number>>;
  run(inputs: NamedTensors): Record<string, Tensor>;
}
