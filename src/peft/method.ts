import type { z } from 'zod';
import type { Architecture, Hooks, ModelPart, ModelShape, Parameters } from '../models/architecture.ts';

/** The model a method is applied to, known from config.json alone. */
export interface ModelInfo {
  readonly architecture: Architecture;
  readonly shape: ModelShape;
}

/** One tensor that a method trains. */
export interface TrainedTensor {
  /** Canonical name: of the base model's tensor it replaces, or of the new tensor (`ln_tuning` has only the first kind). */
  readonly name: string;
  readonly shape: readonly number[];
  readonly method: string;
  readonly part: ModelPart | 'head';
  readonly layer?: number;
  /** How it starts: `base` is the checkpoint's own value. */
  readonly init:
    | { readonly kind: 'base' }
    | { readonly kind: 'zeros' }
    | { readonly kind: 'normal'; readonly std: number };
  /** False for tensors that are folded away after training (a prefix projection). */
  readonly stored: boolean;
  /** Whether weight decay applies: never on norms and biases. */
  readonly decay: boolean;
}

/** A fault of a method's fields for this model; `field` is the path inside the method's mapping. */
export interface MethodProblem {
  readonly field: string;
  readonly message: string;
}

/**
 * One PEFT method. Its fields are a zod object whose entries carry `.meta({ help, source? })`; type, default and range
 * stand in the schema itself, and validation, completion, hover, form and reference all read it.
 */
export interface Method<Fields = unknown> {
  readonly id: string;
  readonly title: string;
  readonly help: string;
  readonly source: string;
  readonly learningRate: { readonly default: number; readonly range: readonly [number, number] };
  readonly fields: z.ZodType<Fields>;
  /** Faults that show only beside a model (a layer that it lacks). */
  check(fields: Fields, model: ModelInfo): MethodProblem[];
  /** What it trains, from the configuration alone, in the base model's file order. */
  declare(fields: Fields, model: ModelInfo): TrainedTensor[];
  /** Where it acts in the forward pass, if it does more than replace tensors. */
  hooks?(fields: Fields, model: ModelInfo, parameters: Parameters): Hooks;
}
