import type { Tensor } from '@tensorflow/tfjs-core';
import type { z } from 'zod';
import type { LabelForm } from '../core/labelForm.ts';
import type { Cell, Rows } from '../core/row.ts';
import type { HostTensor } from '../core/tensor.ts';
import type { JsonObject } from '../core/json.ts';
import type {
  Architecture,
  DropoutSite,
  ForwardContext,
  ModelBatch,
  ModelOutput,
} from '../models/architecture.ts';
import type { ModelInfo, TrainedTensor } from '../peft/method.ts';
import type { GenerationSettings } from './generationFields.ts';

/** One example as the model gets it. */
export interface Example {
  /** Stable for one content of the file: the index of its row. The examples of one row stand together. */
  readonly id: number;
  readonly inputIds: Int32Array;
  readonly typeIds: Int32Array;
  /** What the loss compares the logits with, of the task's `targetShape` without B; IGNORED (-100) where there is nothing to learn. */
  readonly targets: Int32Array;
  /** Whether the row says what is to be predicted; one for prediction need not. */
  readonly isLabelled: boolean;
  readonly truncated: boolean;
}

/** A task's outcome for one row, as a line of JSON; tasks add fields of their own. */
export interface Prediction {
  readonly id: number;
  readonly prediction: string | readonly string[];
  /** As `prediction`, or all that are right; absent where the row has none. */
  readonly label?: string | readonly string[];
  /** Probabilities: of each label, of the likeliest texts in their order, or, of a list, of the label that is predicted. */
  readonly scores?: Readonly<Record<string, number>> | readonly ScoredText[] | readonly (number | null)[];
}

export interface ScoredText {
  readonly text: string;
  readonly probability: number;
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

/** A tensor of a head. */
export interface TrainedHeadTensor extends TrainedTensor {
  /** Row i belongs to class i. */
  readonly perClass: boolean;
}

/** Logits of one example, or its task's outcome in their place, float32: (C), or, where each token has its own, (S, C) with the example's S, without padding. */
export type Logits = HostTensor;

/** The class of Transformers that computes what a task does, for exports. */
export interface TransformersClass {
  nameOf(architecture: Pick<Architecture, 'id' | 'classes' | 'nextToken'>): string;
  /** Entries of config.json that go with it. */
  readonly config: JsonObject;
  /** Outputs of the head (`num_labels`), where they are not the labels. */
  readonly numLabels?: number;
  /** `task_type` of HF PEFT. */
  readonly peftTask: 'SEQ_CLS' | 'TOKEN_CLS' | 'QUESTION_ANS' | 'CAUSAL_LM';
  /** Modules that an adapter of that type keeps beside its own: PEFT adds them by itself. */
  readonly peftModules: readonly string[];
  /** PEFT's class for that type passes no `token_type_ids` on to the model (0.21). */
  readonly peftDropsTokenTypes?: true;
}

/** A head that the class has not: what it has computes something else, so exports to it are refused, and the form `torch` brings the head. */
export interface OwnHead {
  /** What the run does, behind "the run" and "the recipe": "pools by mean". */
  readonly does: string;
  /** The recipe's line with which the head is the class's. */
  readonly asClass: string;
  readonly torch: TorchHead;
}

/** A head as parts of a Python script that puts an adapter on `model`, which is of a class without a head. */
export interface TorchHead {
  /** Statements, indented, that give `model` its modules; `tensors`, those that were learnt by canonical name, and `like`, a parameter, are there. */
  readonly modules: string;
  /** Name of the function that computes logits of the model and the tokenizer's output. */
  readonly function: string;
  /** The function, with `torch`, `nn` and `F`. */
  readonly python: string;
}

/** What a task predicts from: the different values of its label column. */
export interface LabelSet {
  /** How they are written; any text where absent. */
  readonly form?: LabelForm;
}

/** One task. Its fields are a zod object like a method's; `columns` names those whose values are columns of the data. */
export interface Task<Fields extends TaskFields = TaskFields, Own extends Example = Example> {
  readonly id: string;
  readonly title: string;
  readonly help: string;
  readonly fields: z.ZodType<Fields>;
  /**
   * Recipe fields that name columns: field -> column, in the order in which they are reported when missing. Where one field names several,
   * each has an ending of its own behind a dot.
   */
  columns(fields: Fields): {
    readonly inputs: Readonly<Record<string, string>>;
    readonly label: Readonly<Record<string, string>>;
  };
  /** What these columns hold: those of the inputs, and the label's. */
  cells(fields: Fields): { readonly inputs: Cell; readonly label: Cell };
  /** Absent where what is predicted is none of a set; then `labels` is empty everywhere. */
  readonly labelSet?: LabelSet;
  /**
   * Input columns by which rows belong together: those with equal values are on one side where a share is cut off for validation. All
   * columns where absent.
   */
  group?(fields: Fields): readonly string[];
  /** Rows that are left out of every file; none where absent. */
  readonly drops?: Drops<Fields>;
  /** Longest input in tokens where the recipe names none; what tokenizer and model allow where absent. */
  readonly usualLength?: number;
  /** What cannot be beside a model; nothing where absent. */
  check?(fields: Fields, beside: Beside): readonly TaskProblem[];
  /** Whether it makes another number of examples than one of each row. */
  readonly reshapesRows?: true;
  /**
   * Examples from rows in their order, one or several of each, as long as the encoder lets them be. A task may keep in them what it needs to
   * read their logits. @throws UserError for a row of which there can be none
   */
  features(fields: Fields, data: Rows, labels: readonly string[], encode: Encoder): Own[];
  /** Tensors of the head (canonical names as in Transformers' task class), with their initialisation. */
  head(fields: Fields, info: HeadInfo): TrainedHeadTensor[];
  /** Base tensors that this task's forward pass does not use (a pooler beside mean pooling). */
  unused(fields: Fields, info: ModelInfo): readonly string[];
  /** Where the head drops activations (`context.dropout(site, x)`), as in the model's config. */
  dropoutSites(fields: Fields, info: HeadInfo): DropoutSite[];
  /** Of a batch's targets: one an example, one a token, or so many an example. */
  readonly targetShape: TargetShape;
  /** Logits float32 (B, C), or (B, S, C) where each token has its own. */
  forward(
    fields: Fields,
    info: HeadInfo,
    context: ForwardContext,
    batch: ModelBatch,
    output: ModelOutput,
  ): Tensor;
  /** Loss of each target, float32, 0 for those that are IGNORED, from logits and the targets of the batch, int32 of `targetShape`. */
  loss(logits: Tensor, targets: Tensor, options: { readonly labelSmoothing: number }): Tensor;
  /** What of logits and losses goes back to the host for metrics and predictions, in place of the logits: (B, C) or (B, S, C). */
  outcome?(logits: Tensor, losses: Tensor): Tensor;
  /** Whether the loss takes `labelSmoothing`. */
  readonly smoothsLabels: boolean;
  /** Metrics over rows by name, the default one first; values in the metric's usual unit (shares of 1). Every example is labelled. */
  metrics(
    fields: Fields,
    logits: readonly Logits[],
    examples: readonly Own[],
    labels: readonly string[],
  ): Readonly<Record<string, number>>;
  readonly metricNames: readonly string[];
  readonly transformers: TransformersClass;
  /** The head with these fields, where it is not that of the class; it always is where absent. */
  ownHead?(fields: Fields): OwnHead | undefined;
  /** A prediction for each row, with scores (softmax); absent where the task writes them, or only measures. */
  decode?(
    fields: Fields,
    logits: readonly Logits[],
    examples: readonly Own[],
    labels: readonly string[],
  ): Prediction[];
  /** Where what is predicted is a text that is written token by token; when a run ends, not at each evaluation. */
  readonly writes?: Writing<Fields, Own>;
}

/** A task that writes texts: one for each request. */
export interface Writing<Fields extends TaskFields = TaskFields, Own extends Example = Example> {
  /** The recipe's field that says how; nothing that was learnt depends on it. */
  readonly field: string;
  settings(fields: Fields): GenerationSettings;
  /** Prompts in tokens, one at least each and uncut, with what a draw depends on beside the seed. */
  requests(examples: readonly Own[]): { readonly id: number; readonly promptIds: readonly number[] }[];
  /** Of the texts by request. Every example is labelled. */
  metrics(examples: readonly Own[], texts: readonly string[]): Readonly<Record<string, number>>;
  readonly metricNames: readonly string[];
  /** A prediction for each request. */
  decode(examples: readonly Own[], texts: readonly string[]): Prediction[];
}

/** Rows that a recipe can leave out by their label. */
export interface Drops<Fields extends TaskFields = TaskFields> {
  /** The recipe's field that says which: it goes with the data, and nothing that was learnt depends on it. */
  readonly field: string;
  /** The labels whose rows are left out. */
  labels(fields: Fields): readonly string[];
}

export interface Beside {
  readonly architecture: Architecture;
  /** Longest input in tokens. */
  readonly longest: number;
}

export interface TaskProblem {
  /** Its path inside the task. */
  readonly field: string;
  /** A sentence without its full stop. */
  readonly message: string;
  /** A value of the field that could be. */
  readonly better?: number;
}

export type TargetShape = readonly ['B'] | readonly ['B', 'S' | number];

/** Turns what a task reads into tokens, special ones included, cut to the longest input. */
export interface Encoder {
  readonly text: EncodeTo;
  readonly words: EncodeWords;
  readonly windows: EncodeWindows;
  /** The tokens of a text, without special ones, uncut. */
  readonly ids: (text: string) => number[];
  /** Longest input in tokens. */
  readonly maxLength: number;
  /** The token that ends a text, of a model that predicts the next token. */
  readonly endId?: number;
}

/** A text, or a pair of them, cut as Transformers' `longest_first` cuts. */
export type EncodeTo = (
  text: string,
  pair: string | undefined,
) => { ids: Int32Array; typeIds: Int32Array; truncated: boolean };

/** A text whose words are given (`is_split_into_words`). `starts`: where each word's first token stands; -1 for a word that is cut off or has none. */
export type EncodeWords = (words: readonly string[]) => {
  ids: Int32Array;
  typeIds: Int32Array;
  starts: Int32Array;
  truncated: boolean;
};

/**
 * A text and windows over a second one, each as long as there is room, the next one beginning `stride` tokens before the end of the one
 * before, as `truncation='only_second', stride, return_overflowing_tokens=True` of Transformers cuts.
 * `room`: what the first leaves to the second, in tokens; where that is not more than `stride` and the second is longer, there is no window.
 */
export type EncodeWindows = (
  first: string,
  second: string,
  options: { readonly stride: number },
) => { readonly windows: readonly EncodedWindow[]; readonly room: number };

export interface EncodedWindow {
  readonly ids: Int32Array;
  readonly typeIds: Int32Array;
  /** For each token, how many code points of the second text are in front of it; -1 for those of the first and special ones. */
  readonly starts: Int32Array;
  /** For each token, how many are in front of what follows it, without a blank that byte-level tokens begin with; -1 as there. */
  readonly ends: Int32Array;
}
