import type { Tensor } from '@tensorflow/tfjs-core';
import type { z } from 'zod';
import type { JsonObject } from '../core/json.ts';
import type {
  Architecture,
  Dropout,
  DropoutSite,
  Hooks,
  ModelPart,
  ModelShape,
  Parameters,
} from '../models/architecture.ts';

/** The model a method is applied to, known from config.json alone. */
export interface ModelInfo {
  readonly architecture: Architecture;
  readonly shape: ModelShape;
}

/** How a tensor starts: `base` is the checkpoint's own value; `uniform` lies in [-bound, bound]. */
export type Init =
  | { readonly kind: 'base' }
  | { readonly kind: 'zeros' }
  | { readonly kind: 'ones' }
  | { readonly kind: 'normal'; readonly std: number }
  | { readonly kind: 'uniform'; readonly bound: number };

/** One tensor that a method trains. */
export interface TrainedTensor {
  /** Canonical name: of the base model's tensor it replaces, or of the new tensor (`encoder.layer.0.attention.self.query.lora_A.weight`). */
  readonly name: string;
  readonly shape: readonly number[];
  readonly method: string;
  readonly part: ModelPart | 'head';
  readonly layer?: number;
  readonly init: Init;
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

/** The default, and the range worth searching. */
export interface LearningRate {
  readonly default: number;
  readonly range: readonly [number, number];
}

/**
 * One PEFT method. Its fields are a zod object whose entries carry `.meta({ help, source?, counts? })`; type, default and range
 * stand in the schema itself, and validation, completion, hover, form and reference all read it.
 */
export interface Method<Fields = unknown> {
  readonly id: string;
  readonly title: string;
  readonly help: string;
  readonly source: string;
  readonly learningRate: LearningRate;
  /** Where some fields want another rate than the others: when that is, in words and as a rule. */
  readonly otherLearningRate?: LearningRate & { readonly when: string; applies(fields: Fields): boolean };
  readonly fields: z.ZodType<Fields>;
  /** Faults that show only beside a model (a layer that it lacks). */
  check(fields: Fields, model: ModelInfo): MethodProblem[];
  /** What it trains, from the configuration alone, in the base model's file order. */
  declare(fields: Fields, model: ModelInfo): TrainedTensor[];
  /** The recipe may list it several times, each at a place of its own. */
  readonly several?: true;
  /** It goes with no other method, because nothing is left for another. */
  readonly alone?: true;
  /** Tokens that it takes from the longest input, where it shifts their positions. */
  positionsTaken?(fields: Fields): number;
  /** Where it drops activations while training; sites of rate 0 are left out by the caller. */
  dropoutSites?(fields: Fields, model: ModelInfo): DropoutSite[];
  /** Where it acts in the forward pass, if it does more than replace tensors. */
  hooks?(fields: Fields, model: ModelInfo, use: { parameters: Parameters; dropout: Dropout }): Hooks;
  /**
   * What is trained in one form and kept in another (a prefix's projection): the fields of the form that is kept, undefined where these
   * fields are it already, and its tensors from the trained ones.
   */
  readonly fold?: {
    fields(fields: Fields): Fields | undefined;
    tensors(fields: Fields, model: ModelInfo, parameters: Parameters): Record<string, Tensor>;
  };
  /**
   * The base model's tensors that give the same function without the method, where there are such: by canonical name, from the
   * base model's and the trained ones. A method that only replaces base tensors needs none.
   */
  merge?(fields: Fields, model: ModelInfo, parameters: Parameters): Record<string, Tensor>;
}

/** A union of methods that has a name of its own in recipes; nothing behind the recipe's parser knows it. */
export interface MethodUnion {
  readonly id: string;
  readonly title: string;
  readonly help: string;
  readonly source: string;
  /** Of each part. */
  readonly learningRate: LearningRate;
  /** Fields of the methods, by their ids; a recipe may change each. */
  readonly parts: Readonly<Record<string, JsonObject>>;
}

/** The method's own learning rate with these fields. */
export function defaultLearningRate(
  { learningRate, otherLearningRate: other }: Method,
  fields: unknown,
): number {
  return other?.applies(fields) ? other.default : learningRate.default;
}
