import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { activations, type ActivationName } from '../ops/activation.ts';
import { attention } from '../ops/attention.ts';
import { layerNorm } from '../ops/layerNorm.ts';
import { lookup } from '../ops/lookup.ts';
import type {
  Architecture,
  DropoutSite,
  ForwardContext,
  FreshTensor,
  LinearRole,
  ModelBatch,
  ModelOutput,
  ModelShape,
  ModelTensor,
  Sublayer,
  SublayerModules,
} from './architecture.ts';
import { hookedLinear } from './hookedLinear.ts';

/** An encoder's configuration. */
export interface EncoderShape extends ModelShape {
  readonly layerNormEps: number;
  readonly activation: ActivationName;
  /** Rows of the position table. */
  readonly positionRows: number;
  /** Rows of the table of token types; 0 where there is none. */
  readonly typeRows: number;
}

/** What one of these models calls its modules. All but `layers` stand behind a layer's number. */
export interface EncoderLayout {
  /** The list of layers: `encoder.layer`. */
  readonly layers: string;
  readonly linears: Readonly<Record<LinearRole, string>>;
  readonly norms: Readonly<Record<Sublayer['at'], string>>;
  /** Where activations are dropped: of attention's probabilities, and of what a sub-layer adds, where the model does that. */
  readonly dropouts: { readonly probabilities: string } & Readonly<Partial<Record<Sublayer['at'], string>>>;
  /** Those that `SublayerModules` names beside the norm. */
  readonly modules: Readonly<Record<Sublayer['at'], Pick<SublayerModules, 'output' | 'adapterHub'>>>;
}

/** What one of these models does on its own. */
export type EncoderParts<Shape extends EncoderShape> = Pick<
  Architecture<Shape>,
  | 'id'
  | 'basePrefix'
  | 'classes'
  | 'readConfig'
  | 'checkFresh'
  | 'takesPastKeyValues'
  | 'adapterHubPrefix'
  | 'sequenceHead'
> & {
  readonly layout: EncoderLayout;
  /** Rows of the position table for the tokens, shifted by so many: (S, d), or (B, S, d) where texts differ. */
  positions(shape: Shape, table: Tensor, batch: ModelBatch, shift: number): Tensor;
  /** Whether the row of the position table at `pad_token_id` is that of padding. */
  readonly padsPositions?: true;
  /** Behind the layers: the pooler. */
  readonly pooler?: string;
};

const POSITIONS = 'embeddings.position_embeddings';

/** An encoder with its norms behind the residual additions and learned absolute positions (Devlin et al. 2019), and its relatives. */
export function postNormEncoder<Shape extends EncoderShape>({
  layout,
  positions,
  padsPositions,
  pooler,
  ...own
}: EncoderParts<Shape>): Architecture<Shape> {
  const at = (layer: number, name: string) => `${layout.layers}.${layer}.${name}`;
  return {
    ...own,
    tensors: (shape) => tensors(layout, shape, { padsPositions, pooler }),
    isBuffer: (name) => name === 'embeddings.position_ids' || name === 'embeddings.token_type_ids',
    linear: (layer, role) => at(layer, layout.linears[role]),
    linearLayout: 'out, in',
    positionTable: POSITIONS,
    attentionSite: (layer) => at(layer, layout.dropouts.probabilities),
    sublayerModules: ({ layer, at: part }) => ({
      output: at(layer, layout.modules[part].output),
      residual: at(layer, layout.linears[part === 'attention' ? 'query' : 'ffn_in']),
      norm: at(layer, layout.norms[part]),
      adapterHub: at(layer, layout.modules[part].adapterHub),
    }),
    dropoutSites: (shape) => dropoutSites(layout, shape),
    forward: (shape, context, batch) => {
      const table = context.parameters(`${POSITIONS}.weight`);
      const places = positions(shape, table, batch, context.hooks.positionShift ?? 0);
      return forward(layout, shape, context, batch, places);
    },
  };
}

function tensors(
  layout: EncoderLayout,
  shape: EncoderShape,
  { padsPositions, pooler }: Pick<EncoderParts<EncoderShape>, 'padsPositions' | 'pooler'>,
): ModelTensor[] {
  const { hiddenSize: d, intermediateSize: f } = shape;
  const list: ModelTensor[] = [];
  const add = (t: Omit<ModelTensor, 'layer'>, layer?: number) =>
    list.push(layer === undefined ? t : { ...t, layer });
  const dense = (name: string, part: ModelTensor['part'], [out, input]: [number, number], layer?: number) => {
    add({ name: `${name}.weight`, shape: [out, input], part, role: 'weight' }, layer);
    add({ name: `${name}.bias`, shape: [out], part, role: 'bias' }, layer);
  };
  const norm = (name: string, part: ModelTensor['part'], layer?: number) => {
    add({ name: `${name}.weight`, shape: [d], part, role: 'gain' }, layer);
    add({ name: `${name}.bias`, shape: [d], part, role: 'norm_bias' }, layer);
  };

  const table = (name: string, rows: number, fresh?: FreshTensor) =>
    add({
      ...{ name: `embeddings.${name}.weight`, shape: [rows, d], part: 'embeddings', role: 'table' },
      ...(fresh && { fresh }),
    });
  const padding: FreshTensor = { zeroRow: shape.padTokenId };
  table('word_embeddings', shape.vocabularySize, padding);
  table('position_embeddings', shape.positionRows, padsPositions ? padding : undefined);
  if (shape.typeRows > 0) table('token_type_embeddings', shape.typeRows);
  norm('embeddings.LayerNorm', 'embeddings');
  for (let layer = 0; layer < shape.layers; layer++) {
    const path = (name: string) => `${layout.layers}.${layer}.${name}`;
    for (const role of ['query', 'key', 'value', 'attention_output'] as const)
      dense(path(layout.linears[role]), 'attention', [d, d], layer);
    norm(path(layout.norms.attention), 'attention', layer);
    dense(path(layout.linears.ffn_in), 'ffn', [f, d], layer);
    dense(path(layout.linears.ffn_out), 'ffn', [d, f], layer);
    norm(path(layout.norms.ffn), 'ffn', layer);
  }
  if (pooler !== undefined) dense(pooler, 'pooler', [d, d]);
  return list;
}

function dropoutSites({ layers, dropouts }: EncoderLayout, shape: EncoderShape): DropoutSite[] {
  const hidden = (name: string): DropoutSite => ({
    name,
    rate: shape.hiddenDropout,
    shape: ['B', 'S', shape.hiddenSize],
  });
  return [
    hidden('embeddings'),
    ...Array.from({ length: shape.layers }, (_, layer) => `${layers}.${layer}`).flatMap(
      (at): DropoutSite[] => [
        {
          name: `${at}.${dropouts.probabilities}`,
          rate: shape.attentionDropout,
          shape: ['B', shape.heads, 'S', 'S'],
        },
        ...[dropouts.attention, dropouts.ffn].flatMap((name) =>
          name === undefined ? [] : [hidden(`${at}.${name}`)],
        ),
      ],
    ),
  ];
}

function forward(
  { layers, linears, norms, dropouts }: EncoderLayout,
  shape: EncoderShape,
  context: ForwardContext,
  batch: ModelBatch,
  positions: Tensor,
): ModelOutput {
  const { parameters, dropout, hooks } = context;
  const { hiddenSize: d, heads } = shape;
  const [B, S] = batch.inputIds.shape as [number, number];
  const rows = (x: Tensor) => tf.reshape(x, [B * S, d]);
  const hiddenDropout = (site: string | undefined, x: Tensor) =>
    site === undefined ? x : rows(dropout(site, tf.reshape(x, [B, S, d])));
  const norm = (name: string, x: Tensor) =>
    layerNorm(x, parameters(`${name}.weight`), parameters(`${name}.bias`), shape.layerNormEps);
  const activation = activations[shape.activation];

  const words = lookup(parameters('embeddings.word_embeddings.weight'), batch.inputIds, shape.padTokenId); // (B, S, d)
  const typed = shape.typeRows === 0 ? words : tf.add(words, typesOf(shape, context, batch));
  let x = hiddenDropout('embeddings', norm('embeddings.LayerNorm', rows(tf.add(typed, positions)))); // (N, d)

  for (let layer = 0; layer < shape.layers; layer++) {
    const path = (name: string) => `${layers}.${layer}.${name}`;
    const dense = (role: LinearRole, input: Tensor) => hookedLinear(context, path(linears[role]), input);
    const sublayer = (at: Sublayer['at'], input: Tensor, raw: Tensor) => {
      const site = dropouts[at];
      const output = hiddenDropout(site === undefined ? undefined : path(site), raw);
      const addNorm = (added: Tensor) => norm(path(norms[at]), tf.add(added, input));
      return addNorm(hooks.sublayer?.({ layer, at }, { input, output, addNorm }) ?? output);
    };
    const { mixed } = attention({
      query: dense('query', x),
      key: dense('key', x),
      value: dense('value', x),
      prefix: hooks.prefix?.(layer),
      mask: batch.attentionMask,
      heads,
      dropout: (p) => dropout(path(dropouts.probabilities), p),
    }); // (N, d)
    x = sublayer('attention', x, dense('attention_output', mixed));
    x = sublayer('ffn', x, dense('ffn_out', activation(dense('ffn_in', x))));
  }
  return { lastHiddenState: tf.reshape(x, [B, S, d]) };
}

/** Of every token (B, S, d), or one row (1, d) where the model reads no type ids. */
function typesOf(
  { hiddenSize, typeVocabularySize }: EncoderShape,
  { parameters }: ForwardContext,
  { tokenTypeIds }: ModelBatch,
): Tensor {
  const table = parameters('embeddings.token_type_embeddings.weight');
  return typeVocabularySize === 0 ? tf.slice(table, [0, 0], [1, hiddenSize]) : tf.gather(table, tokenTypeIds);
}

/** Rows 0 to S - 1 behind the shift, regardless of padding: (S, d). */
export function positionsInOrder(
  { hiddenSize }: EncoderShape,
  table: Tensor,
  { inputIds }: ModelBatch,
  shift: number,
): Tensor {
  return tf.slice(table, [shift, 0], [inputIds.shape[1]!, hiddenSize]);
}
