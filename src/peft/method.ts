import type { Tensor } from '@tensorflow/tfjs-core';
import type { z } from 'zod';
import type { DrawnInit } from '../core/drawnTensor.ts';
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

/** How a tensor starts: `base` is the checkpoint's own value. */
export type Init = { readonly kind: 'base' } | DrawnInit;

/** One tensor that a method trains. */
export interface TrainedTensor {
  /** Canonical name: of the base model's tensor it replaces, or of the new tensor (`encoder.layer.0.attention.self.query.lora_A.weight`). */
  readonly name: string;
  readonly shape: readonly number[];
  readonly method: string;
  readonly part: ModelPart | 'head';
  readonly layer?: number;
  /** Of a tensor that stands for several layers: the lowest of them. */
  readonly lowestLayer?: number;
  readonly init: Init;
  /** False for tensors that are folded away after training (a prefix projection). */
  readonly stored: boolean;
  /** Whether weight decay applies: never on norms and biases. */
  readonly decay: boolean;
}

/** Whether it is of the task's head, which is counted apart. */
export function isOfHead({ part }: Pick<TrainedTensor, 'part'>): boolean {
  return part === 'head';
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
  /** What works beside a model, but to no use. */
  waste?(fields: Fields, model: ModelInfo): MethodProblem[];
  /** What it trains, from the configuration alone, in the base model's file order. */
  declare(fields: Fields, model: ModelInfo): TrainedTensor[];
  /** The recipe may list it several times, each at a place of its own. */
  readonly several?: true;
  /** It goes with no other method, because nothing is left for another. */
  readonly alone?: true;
  /** It trains every tensor of the model: these may start at random values, and none is frozen there. */
  readonly fromNothing?: true;
  /** The field, a whole number from 1, that its number of trained parameters grows with, where there is one. */
  readonly budget?: string;
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
   * Where the base model's own tensors can give the same function without the method: how each of those comes, by canonical name, from
   * its value and the trained tensors. A method that only replaces base tensors needs none.
   */
  merge?(fields: Fields, model: ModelInfo): Readonly<Record<string, Merge>>;
  /** How HF PEFT keeps it, where PEFT has such a type. */
  readonly peft?: PeftForm<Fields>;
  /** How AdapterHub's library keeps it, where that has such a method. */
  readonly adapterHub?: AdapterHubForm<Fields>;
  /** How it acts in PyTorch, if it does more than replace tensors. */
  readonly torch?: TorchForm<Fields>;
}

/** A base tensor with the method merged into it, from its own value and the method's tensors. */
export type Merge = (value: Tensor, parameters: Parameters) => Tensor;

/** How HF PEFT keeps what a method learns: one of its types, with the fields and tensors of that. */
export interface PeftForm<Fields = unknown> {
  /** `peft_type` of the configuration. */
  readonly type: string;
  /** What PEFT puts in front of the paths of the base model's modules: where it wraps the model once, or twice. */
  readonly root: 'base_model.' | 'base_model.model.';
  /** Its tensors fill whole modules of the base model, which an adapter of another type can keep as well (`modules_to_save`). */
  readonly wholeModules?: true;
  /** Why PEFT would not compute the same with these fields, if so: a sentence without its full stop. */
  refusal?(fields: Fields, model: ModelInfo): string | undefined;
  /** The type's own fields of adapter_config.json, for the uses of the method together: one, unless a recipe may list several. */
  config(uses: readonly [Fields, ...Fields[]], model: ModelInfo): JsonObject;
  /** Its tensors as PEFT keeps them, by canonical name. Those that were not trained are the base model's own. */
  tensors(fields: Fields, model: ModelInfo): Readonly<Record<string, PeftTensor>>;
  /** The fields that a configuration of PEFT means, beside tensors of these shapes by PEFT's keys; or what in it the method cannot do. */
  fields(
    config: JsonObject,
    shapes: ReadonlyMap<string, readonly number[]>,
    model: ModelInfo,
  ): { readonly fields: unknown } | { readonly fault: string };
}

export interface PeftTensor {
  readonly key: string;
  readonly shape: readonly number[];
}

/** How AdapterHub's library keeps what a method learns. */
export interface AdapterHubForm<Fields = unknown> {
  /** Why the library would not compute the same with these fields, if so: a sentence without its full stop. */
  refusal?(fields: Fields, model: ModelInfo): string | undefined;
  /** What adapter_config.json says of it: a configuration, or one in a union. */
  config(fields: Fields, model: ModelInfo): JsonObject;
  /** Its tensors as the library keeps them, by canonical name, for an adapter of that name. */
  tensors(fields: Fields, model: ModelInfo, name: string): Readonly<Record<string, AdapterHubTensor>>;
  /** The implementation of attention (`attn_implementation`) that the library computes the same with, where it does not with every one. */
  attention?(model: ModelInfo): string | undefined;
}

export interface AdapterHubTensor {
  /** All with the same content. */
  readonly keys: readonly string[];
  readonly shape: readonly number[];
}

/** How a method is put on a model of Transformers, as a part of a script that Python runs. */
export interface TorchForm<Fields = unknown> {
  /**
   * A function with the method's id as its name, and what it needs beside `torch`, `nn` and `F`. Its first arguments are the base
   * model and the tensors by canonical name, out of which it takes the method's own.
   */
  readonly python: string;
  /** Import statements that it needs. */
  readonly imports?: readonly string[];
  /** The function's further arguments. */
  arguments(fields: Fields, model: ModelInfo): JsonObject;
}

/** A union of methods that has a name of its own in recipes; nothing behind the recipe's parser knows it. */
export interface MethodUnion {
  readonly id: string;
  readonly title: string;
  readonly help: string;
  readonly source: string;
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

/** A method with the fields that it is used with. */
export interface UsedMethod {
  readonly method: Method;
  readonly fields: unknown;
}

/** Positions that methods take from the longest input, in tokens. */
export function positionsTaken(uses: readonly UsedMethod[]): number {
  return uses.reduce((sum, { method, fields }) => sum + (method.positionsTaken?.(fields) ?? 0), 0);
}

/** Positions that a model has left for tokens beside methods. */
export function positionsLeft({ maxPositions }: ModelShape, uses: readonly UsedMethod[]): number {
  return maxPositions - positionsTaken(uses);
}
