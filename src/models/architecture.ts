import type { Tensor } from '@tensorflow/tfjs-core';
import type { JsonObject } from '../core/json.ts';
import type { KeyValues } from '../ops/attention.ts';

/** Where in the model a tensor sits. `final` is the norm after the last layer of pre-LN models. */
export type ModelPart = 'embeddings' | 'attention' | 'ffn' | 'final' | 'pooler';

/** What a tensor is. `gain` is the multiplicative parameter of a norm ("weight" in the file), `norm_bias` its bias. */
export type TensorRole = 'table' | 'weight' | 'bias' | 'gain' | 'norm_bias';

export function isNorm(role: TensorRole): boolean {
  return role === 'gain' || role === 'norm_bias';
}

/** One parameter of the base model. `name` is the modern Transformers name without the base prefix (`bert.`). */
export interface ModelTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly part: ModelPart;
  readonly role: TensorRole;
  /** Index of the layer as it stands in the name; undefined outside the layers. */
  readonly layer?: number;
  /** How it starts in a new model, where that differs from the others of its role. */
  readonly fresh?: FreshTensor;
}

/** As `_init_weights` of Transformers' class says. */
export interface FreshTensor {
  /** Standard deviation, where it is not `initializer_range`. */
  readonly std?: number;
  /** A row that is zero: PyTorch's `padding_idx`. */
  readonly zeroRow?: number;
}

/** What every model's configuration tells, whatever its file calls it. */
export interface ModelShape {
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediateSize: number;
  readonly vocabularySize: number;
  /** Longest input in tokens: rows of the position table, less those that no token has. */
  readonly maxPositions: number;
  /** Segments that a token can belong to: its type id is below. 0 where the model's tokenizers in Transformers tell none, so that it reads no type ids. */
  readonly typeVocabularySize: number;
  readonly padTokenId: number;
  /** Standard deviation of freshly initialised weights (`initializer_range`). */
  readonly initializerRange: number;
  readonly hiddenDropout: number;
  readonly attentionDropout: number;
  /** Dropout in front of the classifier of texts (`classifier_dropout` and the like). */
  readonly classifierDropout: number;
  /** Dropout in front of the classifier of tokens: DistilBERT's is another. */
  readonly tokenClassifierDropout: number;
  /** The same for question answering. */
  readonly questionAnsweringDropout: number;
}

/** A batch as the programs see it; B examples of S tokens. */
export interface ModelBatch {
  /** int32 (B, S) */
  readonly inputIds: Tensor;
  /** float32 (B, S): 1 for tokens, 0 for padding. */
  readonly attentionMask: Tensor;
  /** int32 (B, S) */
  readonly tokenTypeIds: Tensor;
  /** For texts that are read a piece at a time, by a model that can. */
  readonly continued?: Continued;
}

/** Where the pieces (B, S) of texts stand, which may be padded in front: the batch's attention mask is then (B, P + S). */
export interface Continued {
  /** int32 (B, S), from 0; a prefix's shift comes on top. */
  readonly positions: Tensor;
  /** What each layer keeps of the P tokens in front; undefined where there are none. */
  readonly past?: readonly KeyValues[];
}

/** A place where training drops activations: `rate` of a tensor of this shape (sizes or the symbols `B`, `S`), rank 2 or more. */
export interface DropoutSite {
  readonly name: string;
  readonly rate: number;
  readonly shape: readonly (number | 'B' | 'S')[];
  /** Its columns stand in front of those of this site, whose rows it shares: a prefix's keys in front of the tokens' own. */
  readonly ahead?: string;
}

/** Applies inverted dropout at the named site, or returns `x` itself when evaluating; `x` may have the axes before its last merged into one. */
export type Dropout = (site: string, x: Tensor) => Tensor;

/** Gives a tensor by its canonical name. */
export type Parameters = (name: string) => Tensor;

/** How a matrix that maps x (N, in) to (N, out) lies: as PyTorch's `nn.Linear` stores it, or as Transformers' `Conv1D` does. */
export type LinearLayout = 'out, in' | 'in, out';

/** One of the two sub-layers of a layer. */
export interface Sublayer {
  readonly layer: number;
  readonly at: 'attention' | 'ffn';
}

/** Keys and values of virtual tokens, (l, d) each, which every example's queries see before those of its own tokens. */
export interface KeyValuePrefix {
  readonly key: Tensor;
  readonly value: Tensor;
}

/**
 * Places in a model's forward pass where a method may act. A method gives only those it needs; several methods at one
 * place are composed in registry order. Shapes: N = B * S rows.
 */
export interface Hooks {
  /** Around every linear map; `name` is the module's path; x (N, in) -> (N, out). */
  linear?(name: string, x: Tensor, base: (x: Tensor) => Tensor): Tensor;
  /**
   * What a sub-layer adds to the residual stream, after its output map and dropout and before its norm: returns the new `output`.
   * `input` (N, d) is what the sub-layer read, behind a norm in front of it; `addNorm` is the residual addition with the norm behind it,
   * where the model has one.
   */
  sublayer?(
    place: Sublayer,
    state: { readonly input: Tensor; readonly output: Tensor; readonly addNorm: (output: Tensor) => Tensor },
  ): Tensor;
  /** Virtual tokens in front of the keys and values of a layer; undefined for none. */
  prefix?(layer: number): KeyValuePrefix | undefined;
  /** By how much the positions of the tokens are shifted. */
  readonly positionShift?: number;
}

/** What the linear maps of a layer are for, whatever a model calls them. */
export const linearRoles = ['query', 'key', 'value', 'attention_output', 'ffn_in', 'ffn_out'] as const;
export type LinearRole = (typeof linearRoles)[number];

export interface ForwardContext {
  readonly parameters: Parameters;
  readonly hooks: Hooks;
  readonly dropout: Dropout;
}

/** What a model computes: the last hidden state (B, S, d). */
export interface ModelOutput {
  readonly lastHiddenState: Tensor;
  /** Of each layer, those of earlier pieces included: what a model that can be continued keeps. */
  readonly keyValues?: readonly KeyValues[];
}

/** What makes logits of the next token, over the vocabulary, out of a model's hidden states. */
export interface NextTokenHead<Shape extends ModelShape = ModelShape> {
  /** The token that ends a text. */
  endTokenId(shape: Shape): number;
  /** The class of Transformers with this head. */
  readonly transformersClass: string;
  /** (N, d) to (N, V). */
  logits(context: ForwardContext, states: Tensor): Tensor;
}

/** A tensor of a head, by its name in Transformers' class. */
export interface HeadTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: TensorRole;
  /** Row i belongs to class i. */
  readonly perClass: boolean;
}

/** What makes one row of logits a text out of a model's last hidden state. */
export interface SequenceHead {
  /** Tensors of the base model that only this head reads, and that a checkpoint may lack: a pooler's. */
  readonly ofBase: readonly string[];
  /** Its own tensors, in file order. */
  tensors(shape: ModelShape, classes: number): HeadTensor[];
  dropoutSites(shape: ModelShape): DropoutSite[];
  /** Logits (B, classes). */
  logits(context: ForwardContext, batch: ModelBatch, output: ModelOutput): Tensor;
}

/** A sub-layer's modules in Transformers' class, by path, for Python that acts on them. */
export interface SublayerModules {
  /** Its result is what the sub-layer adds to the residual stream. */
  readonly output: string;
  /** Its input is the residual stream that the sub-layer adds to. */
  readonly residual: string;
  /** The norm behind the residual addition, where there is one. */
  readonly norm: string | null;
  /** The module that holds the adapters of AdapterHub's library there. */
  readonly adapterHub: string;
}

/** A prefix in front of a layer's self-attention in AdapterHub's library. */
export interface AdapterHubPrefix {
  /** What the library calls the place. */
  readonly place: string;
  /** The implementation of attention in Transformers (`attn_implementation`) that it is right with, where it is not with every one. */
  readonly attention?: string;
}

export interface Architecture<Shape extends ModelShape = ModelShape> {
  /** `model_type` of config.json. */
  readonly id: string;
  /** Prefix of the base model's tensors in files of task classes (`bert.`). */
  readonly basePrefix: string;
  /** The Transformers classes of the model with a head, for exports. */
  readonly classes: {
    readonly sequenceClassification: string;
    readonly tokenClassification: string;
    readonly questionAnswering: string;
  };
  /** Reads config.json. @throws UserError naming the field. */
  readConfig(config: JsonObject): Shape;
  /** Looks for what a new model with this config.json would start with that is not drawn here. @throws UserError naming the field. */
  checkFresh?(config: JsonObject): void;
  /** Entries that config.json needs for Transformers' class to compute the same, beside those that were read. */
  exportedConfig?(shape: Shape): JsonObject;
  /** Every parameter of the base model in the class with a classification head (a pooler where that has one), in file order. */
  tensors(shape: Shape): ModelTensor[];
  /** Tensors that Transformers' file may hold beside the parameters (buffers), by canonical name. */
  isBuffer(name: string): boolean;
  /** Path of a layer's linear map by what it is for: `encoder.layer.0.attention.self.query`. One map may be for several. */
  linear(layer: number, role: LinearRole): string;
  /** How the matrices of those maps lie. */
  readonly linearLayout: LinearLayout;
  /** Path of a layer's attention module, and dropout site of its probabilities (B, heads, S, S). */
  attentionSite(layer: number): string;
  sublayerModules(place: Sublayer): SublayerModules;
  /** Path of the table of positions. */
  readonly positionTable: string;
  /** Whether Transformers' class takes keys and values of earlier tokens (`past_key_values`), by which HF PEFT puts a prefix in front. */
  readonly takesPastKeyValues: boolean;
  /** Absent where AdapterHub's library computes something else with a prefix. */
  readonly adapterHubPrefix?: AdapterHubPrefix;
  /** Where this model drops activations, at the rates of config.json; rates of 0 included. */
  dropoutSites(shape: Shape): DropoutSite[];
  forward(shape: Shape, context: ForwardContext, batch: ModelBatch): ModelOutput;
  /** Of models that predict the next token; they can be continued. */
  readonly nextToken?: NextTokenHead<Shape>;
  /** The head of Transformers' class. */
  readonly sequenceHead: SequenceHead;
}
