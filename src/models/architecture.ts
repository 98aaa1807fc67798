import type { Tensor } from '@tensorflow/tfjs-core';
import type { JsonObject } from '../core/json.ts';

/** Where in the model a tensor sits. `final` is the norm after the last layer of pre-LN models. */
export type ModelPart = 'embeddings' | 'attention' | 'ffn' | 'final' | 'pooler';

/** What a tensor is. `gain` is the multiplicative parameter of a norm ("weight" in the file), `norm_bias` its bias. */
export type TensorRole = 'table' | 'weight' | 'bias' | 'gain' | 'norm_bias';

/** One parameter of the base model. `name` is the modern Transformers name without the base prefix (`bert.`). */
export interface ModelTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly part: ModelPart;
  readonly role: TensorRole;
  /** Index of the layer as it stands in the name; undefined outside the layers. */
  readonly layer?: number;
}

/** What every model's configuration tells, whatever its file calls it. */
export interface ModelShape {
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediateSize: number;
  readonly vocabularySize: number;
  /** Longest input in tokens. */
  readonly maxPositions: number;
  /** Segments that a token can belong to: its type id is below. */
  readonly typeVocabularySize: number;
  readonly padTokenId: number;
  /** Standard deviation of freshly initialised weights (`initializer_range`). */
  readonly initializerRange: number;
  readonly hiddenDropout: number;
  readonly attentionDropout: number;
  /** Dropout in front of the classifier (`classifier_dropout`, else the hidden rate). */
  readonly classifierDropout: number;
}

/** A batch as the programs see it; B examples of S tokens. */
export interface ModelBatch {
  /** int32 (B, S) */
  readonly inputIds: Tensor;
  /** float32 (B, S): 1 for tokens, 0 for padding. */
  readonly attentionMask: Tensor;
  /** int32 (B, S) */
  readonly tokenTypeIds: Tensor;
}

/** A place where training drops activations: `rate` of a tensor of this shape (sizes or the symbols `B`, `S`), rank 2 or more. */
export interface DropoutSite {
  readonly name: string;
  readonly rate: number;
  readonly shape: readonly (number | 'B' | 'S')[];
}

/** Applies inverted dropout at the named site, or returns `x` itself when evaluating. */
export type Dropout = (site: string, x: Tensor) => Tensor;

/** Gives a tensor by its canonical name. */
export type Parameters = (name: string) => Tensor;

/**
 * Places in a model's forward pass where a method may act. A method gives only those it needs; several methods at one
 * place are composed in registry order. Shapes: N = B * S rows.
 */
export interface Hooks {
  /** Around every linear map; `name` is the module's path; x (N, in) -> (N, out). */
  linear?(name: string, x: Tensor, base: (x: Tensor) => Tensor): Tensor;
}

export interface ForwardContext {
  readonly parameters: Parameters;
  readonly hooks: Hooks;
  readonly dropout: Dropout;
}

/** What a model computes: the last hidden state (B, S, d). */
export interface ModelOutput {
  readonly lastHiddenState: Tensor;
}

export interface Architecture<Shape extends ModelShape = ModelShape> {
  /** `model_type` of config.json. */
  readonly id: string;
  /** Prefix of the base model's tensors in files of task classes (`bert.`). */
  readonly basePrefix: string;
  /** The Transformers class of the model with a classification head, for exports. */
  readonly classes: { readonly sequenceClassification: string };
  /** Reads config.json. @throws UserError naming the field. */
  readConfig(config: JsonObject): Shape;
  /** Every parameter of the base model, pooler included, in file order. */
  tensors(shape: Shape): ModelTensor[];
  /** Tensors that Transformers' file may hold beside the parameters (buffers), by canonical name. */
  isBuffer(name: string): boolean;
  /** Where this model drops activations, at the rates of config.json; rates of 0 included. */
  dropoutSites(shape: Shape): DropoutSite[];
  forward(shape: Shape, context: ForwardContext, batch: ModelBatch): ModelOutput;
  /** The model's own sentence vector (B, d): for BERT tanh(W x[0] + b). Names the tensors it needs. */
  readonly pooler?: {
    readonly tensors: readonly string[];
    pool(context: ForwardContext, lastHiddenState: Tensor): Tensor;
  };
}
