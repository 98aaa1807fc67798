import type { Tensor } from '@tensorflow/tfjs-core';
import type { z } from 'zod';
import type { Row } from '../core/row.ts';
import type { HostTensor } from '../core/tensor.ts';
import type { DropoutSite, ForwardContext, ModelBatch, ModelOutput } from '../models/architecture.ts';
import type { ModelInfo, TrainedTensor } from '../peft/method.ts';

/** Turns a text, or a pair of them, into token ids with the model's special tokens; not truncated. */
export type Encode = (
  text: string,
  pair?: string,
) => { readonly ids: readonly number[]; readonly typeIds: readonly number[] };

/** One example as the model gets it. */
export interface Example {
  /** Stable for one content of the file: the index of its row. */
  readonly id: number;
  readonly inputIds: Int32Array;
  readonly typeIds: Int32Array;
  /** Index into the labels; -1 where the row has none (prediction). */
  readonly label: number;
  readonly truncated: boolean;
}

/** A task's outcome for one example. */
export interface Prediction {
  readonly id: number;
  readonly prediction: string;
  readonly label?: string;
  readonly scores: Readonly<Record<string, number>>;
}

export interface TaskFields {
  readonly type: string;
  readonly max_length?: number;
  readonly labels?: readonly string[];
}

/** What a task's head is built for. */
export interface HeadInfo extends ModelInfo {
  readonly numLabels: number;
  /** Base tensors that the checkpoint lacks; those that the head needs are trained with it, from fresh values. */
  readonly missing: readonly string[];
}

export interface TrainedHeadTensor extends TrainedTensor {
  /** Row i belongs to class i. */
  readonly perClass: boolean;
}

/** One task. Its fields are a zod object like a method's; `columns` names those whose values are columns of the data. */
export interface Task<Fields extends TaskFields = TaskFields> {
  readonly id: string;
  readonly title: string;
  readonly help: string;
  readonly fields: z.ZodType<Fields>;
  /** Recipe fields that name columns: field -> column, in the order in which they are reported when missing. */
  columns(fields: Fields): {
    readonly inputs: Readonly<Record<string, string>>;
    readonly label: Readonly<Record<string, string>>;
  };
  /** Examples from rows. Texts longer than `maxLength` tokens are cut as Transformers' `longest_first` does. */
  features(fields: Fields, rows: readonly Row[], labels: readonly string[], encode: EncodeTo): Example[];
  /** Tensors of the head (canonical names as in Transformers' task class), with their initialisation. */
  head(fields: Fields, info: HeadInfo): TrainedHeadTensor[];
  /** Base tensors that this task's forward pass does not use (a pooler beside mean pooling). */
  unused(fields: Fields, info: ModelInfo): readonly string[];
  /** Where the head drops activations (`context.dropout(site, x)`), as in the model's config. */
  dropoutSites(fields: Fields, info: HeadInfo): DropoutSite[];
  /** Logits float32 (B, C). */
  forward(
    fields: Fields,
    info: HeadInfo,
    context: ForwardContext,
    batch: ModelBatch,
    output: ModelOutput,
  ): Tensor;
  /** Loss of each example (B), float32, from logits (B, C) and the targets of the batch (int32, (B)). */
  loss(logits: Tensor, targets: Tensor, options: { readonly labelSmoothing: number }): Tensor;
  /** Metrics by name, the default one first; values in the metric's usual unit (shares of 1). */
  metrics(logits: HostTensor, targets: Int32Array): Readonly<Record<string, number>>;
  readonly metricNames: readonly string[];
  /** Predictions from logits (B, C), with scores (softmax). */
  decode(logits: HostTensor, examples: readonly Example[], labels: readonly string[]): Prediction[];
}

/** `Encode` with the truncation that the task asks for: result has at most `maxLength` ids. */
export type EncodeTo = (
  text: string,
  pair: string | undefined,
) => { ids: Int32Array; typeIds: Int32Array; truncated: boolean };
