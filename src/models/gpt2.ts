import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { JsonObject } from '../core/json.ts';
import { activations, type ActivationName } from '../ops/activation.ts';
import { attention, type KeyValues } from '../ops/attention.ts';
import { layerNorm } from '../ops/layerNorm.ts';
import { conv1d } from '../ops/linear.ts';
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
  SequenceHead,
  Sublayer,
} from './architecture.ts';
import { fixedField, numberField, positionsField, sizeField, wordField } from './configFields.ts';
import { badConfigField } from './errors.ts';
import { hookedLinear } from './hookedLinear.ts';

interface Gpt2Shape extends ModelShape {
  readonly layerNormEps: number;
  readonly activation: ActivationName;
  readonly embeddingDropout: number;
  readonly endTokenId: number;
}

const LINEARS: Readonly<Record<LinearRole, string>> = {
  query: 'attn.c_attn',
  key: 'attn.c_attn',
  value: 'attn.c_attn',
  attention_output: 'attn.c_proj',
  ffn_in: 'mlp.c_fc',
  ffn_out: 'mlp.c_proj',
};
const NORMS: Readonly<Record<Sublayer['at'], string>> = { attention: 'ln_1', ffn: 'ln_2' };
/** Dropout of what a sub-layer adds. */
const DROPOUTS: Readonly<Record<Sublayer['at'], string>> = {
  attention: 'attn.resid_dropout',
  ffn: 'mlp.dropout',
};
const FINAL_NORM = 'ln_f';
const WORDS = 'wte.weight';
const POSITIONS = 'wpe';
const SCORE = 'score.weight';

const at = (layer: number, name: string) => `h.${layer}.${name}`;

/** A linear map without bias on the last token's hidden state, (B, d). */
const sequenceHead: SequenceHead = {
  ofBase: [],
  tensors: ({ hiddenSize: d }, classes) => [
    { name: SCORE, shape: [classes, d], role: 'weight', perClass: true },
  ],
  dropoutSites: () => [],
  logits: ({ parameters }, batch, output) =>
    tf.matMul(lastToken(batch, output), parameters(SCORE), false, true),
};

/**
 * GPT-2 (Radford et al. 2019), as Transformers' `GPT2Model` computes it: each token sees those before it, norms stand in front of the
 * sub-layers, one map makes queries, keys and values, and matrices are (in, out).
 */
export const gpt2: Architecture<Gpt2Shape> = {
  id: 'gpt2',
  basePrefix: 'transformer.',
  classes: {
    sequenceClassification: 'GPT2ForSequenceClassification',
    tokenClassification: 'GPT2ForTokenClassification',
    questionAnswering: 'GPT2ForQuestionAnswering',
  },
  readConfig,
  exportedConfig: ({ padTokenId }) => ({ pad_token_id: padTokenId }),
  tensors,
  isBuffer: (name) => /^h\.\d+\.attn\.(bias|masked_bias)$/.test(name),
  linear: (layer, role) => at(layer, LINEARS[role]),
  linearLayout: 'in, out',
  attentionSite: (layer) => at(layer, 'attn'),
  positionTable: POSITIONS,
  sublayerModules: ({ layer, at: part }) => ({
    output: at(layer, DROPOUTS[part]),
    residual: at(layer, NORMS[part]),
    norm: null,
    adapterHub: at(layer, part === 'attention' ? 'attention_adapters' : 'output_adapters'),
  }),
  takesPastKeyValues: true,
  dropoutSites,
  forward,
  nextToken: {
    transformersClass: 'GPT2LMHeadModel',
    endTokenId: ({ endTokenId }) => endTokenId,
    logits: ({ parameters }, states) => tf.matMul(states, parameters(WORDS), false, true),
  },
  sequenceHead,
};

/** @throws UserError naming the field. */
function readConfig(config: JsonObject): Gpt2Shape {
  const hiddenSize = sizeField(config, 'n_embd');
  const heads = sizeField(config, 'n_head');
  if (hiddenSize % heads !== 0) throw badConfigField('n_embd', `a multiple of n_head (${heads})`, hiddenSize);
  // Other mathematics under the same name.
  fixedField(config, 'scale_attn_weights', true);
  fixedField(config, 'scale_attn_by_inverse_layer_idx', false);
  fixedField(config, 'reorder_and_upcast_attn', false);
  fixedField(config, 'add_cross_attention', false);
  fixedField(config, 'tie_word_embeddings', true);
  const vocabularySize = sizeField(config, 'vocab_size');
  const tokenId = (field: string, fallback: number) =>
    sizeField(config, field, { least: 0, largest: vocabularySize - 1, fallback });
  const endTokenId = tokenId('eos_token_id', vocabularySize - 1);
  return {
    hiddenSize,
    heads,
    layers: sizeField(config, 'n_layer', { largest: 1000 }),
    intermediateSize: sizeField(config, 'n_inner', { fallback: 4 * hiddenSize }),
    vocabularySize,
    maxPositions: positionsField(config, 'n_positions'),
    typeVocabularySize: 0,
    endTokenId,
    // It was trained without padding; whatever stands there is masked.
    padTokenId: tokenId('pad_token_id', endTokenId),
    initializerRange: numberField(config, 'initializer_range', [0, 10], 0.02),
    layerNormEps: numberField(config, 'layer_norm_epsilon', [0, 1], 1e-5),
    activation: wordField(
      config,
      'activation_function',
      Object.keys(activations) as ActivationName[],
      'gelu_new',
    ),
    embeddingDropout: numberField(config, 'embd_pdrop', [0, 0.99], 0.1),
    hiddenDropout: numberField(config, 'resid_pdrop', [0, 0.99], 0.1),
    attentionDropout: numberField(config, 'attn_pdrop', [0, 0.99], 0.1),
    classifierDropout: 0, // Transformers' class has none
    tokenClassifierDropout: numberField(config, 'classifier_dropout', [0, 0.99], 0.1),
    questionAnsweringDropout: 0,
  };
}

function tensors({
  hiddenSize: d,
  intermediateSize: f,
  vocabularySize,
  maxPositions,
  layers,
  initializerRange,
}: Gpt2Shape): ModelTensor[] {
  // Two sub-layers of each layer add to the residual stream, whose variance then stays (Radford et al. 2019, section 2.3).
  const onResidual: FreshTensor = { std: initializerRange / Math.sqrt(2 * layers) };
  const norm = (name: string, rest: Pick<ModelTensor, 'part' | 'layer'>): ModelTensor[] => [
    { name: `${name}.weight`, shape: [d], role: 'gain', ...rest },
    { name: `${name}.bias`, shape: [d], role: 'norm_bias', ...rest },
  ];
  const ofLayer = (layer: number): ModelTensor[] => {
    const map = (
      role: LinearRole,
      part: ModelTensor['part'],
      [input, out]: [number, number],
      fresh?: FreshTensor,
    ): ModelTensor[] => {
      const path = at(layer, LINEARS[role]);
      return [
        { name: `${path}.weight`, shape: [input, out], role: 'weight', part, layer, ...(fresh && { fresh }) },
        { name: `${path}.bias`, shape: [out], role: 'bias', part, layer },
      ];
    };
    return [
      ...norm(at(layer, NORMS.attention), { part: 'attention', layer }),
      ...map('query', 'attention', [d, 3 * d]),
      ...map('attention_output', 'attention', [d, d], onResidual),
      ...norm(at(layer, NORMS.ffn), { part: 'ffn', layer }),
      ...map('ffn_in', 'ffn', [d, f]),
      ...map('ffn_out', 'ffn', [f, d], onResidual),
    ];
  };
  return [
    { name: WORDS, shape: [vocabularySize, d], part: 'embeddings', role: 'table' },
    { name: `${POSITIONS}.weight`, shape: [maxPositions, d], part: 'embeddings', role: 'table' },
    ...Array.from({ length: layers }, (_, layer) => ofLayer(layer)).flat(),
    ...norm(FINAL_NORM, { part: 'final' }),
  ];
}

function dropoutSites(shape: Gpt2Shape): DropoutSite[] {
  const hidden = (name: string, rate: number): DropoutSite => ({
    name,
    rate,
    shape: ['B', 'S', shape.hiddenSize],
  });
  return [
    hidden('drop', shape.embeddingDropout),
    ...Array.from({ length: shape.layers }, (_, layer): DropoutSite[] => [
      { name: at(layer, 'attn'), rate: shape.attentionDropout, shape: ['B', shape.heads, 'S', 'S'] },
      hidden(at(layer, DROPOUTS.attention), shape.hiddenDropout),
      hidden(at(layer, DROPOUTS.ffn), shape.hiddenDropout),
    ]).flat(),
  ];
}

function forward(shape: Gpt2Shape, context: ForwardContext, batch: ModelBatch): ModelOutput {
  const { parameters, dropout, hooks } = context;
  const { hiddenSize: d, heads } = shape;
  const [B, S] = batch.inputIds.shape as [number, number];
  const hiddenDropout = (site: string, x: Tensor) =>
    tf.reshape(dropout(site, tf.reshape(x, [B, S, d])), [B * S, d]);
  const norm = (name: string, x: Tensor) =>
    layerNorm(x, parameters(`${name}.weight`), parameters(`${name}.bias`), shape.layerNormEps);

  const words = tf.gather(parameters(WORDS), batch.inputIds); // (B, S, d)
  let x = hiddenDropout('drop', tf.add(words, positionsOf(shape, context, batch))); // (N, d)
  const keyValues: KeyValues[] = [];

  for (let layer = 0; layer < shape.layers; layer++) {
    const dense = (role: LinearRole, input: Tensor) =>
      hookedLinear(context, at(layer, LINEARS[role]), input, conv1d);
    const sublayer = (part: Sublayer['at'], compute: (input: Tensor) => Tensor): Tensor => {
      const input = norm(at(layer, NORMS[part]), x);
      const output = hiddenDropout(at(layer, DROPOUTS[part]), compute(input));
      const residual = x;
      const addNorm = (added: Tensor) => tf.add(added, residual);
      return addNorm(hooks.sublayer?.({ layer, at: part }, { input, output, addNorm }) ?? output);
    };
    x = sublayer('attention', (input) => {
      const fused = dense('query', input); // (N, 3 d)
      const columns = (i: number) => tf.slice(fused, [0, i * d], [B * S, d]);
      const { mixed, ...own } = attention({
        query: columns(0),
        key: columns(1),
        value: columns(2),
        prefix: hooks.prefix?.(layer),
        past: batch.continued?.past?.[layer],
        mask: batch.attentionMask,
        causal: true,
        heads,
        dropout: (p) => dropout(at(layer, 'attn'), p),
      }); // (N, d)
      keyValues.push(own);
      return dense('attention_output', mixed);
    });
    x = sublayer('ffn', (input) => dense('ffn_out', activations[shape.activation](dense('ffn_in', input))));
  }
  return { lastHiddenState: tf.reshape(norm(FINAL_NORM, x), [B, S, d]), keyValues };
}

/** Rows 0 to S - 1 behind the shift, regardless of padding: (S, d); or those of a continued text's positions: (B, S, d). */
function positionsOf(
  { hiddenSize: d }: Gpt2Shape,
  { parameters, hooks: { positionShift: shift = 0 } }: ForwardContext,
  { inputIds, continued }: ModelBatch,
): Tensor {
  const table = parameters(`${POSITIONS}.weight`);
  if (continued === undefined) return tf.slice(table, [shift, 0], [inputIds.shape[1]!, d]);
  return tf.gather(table, tf.add(continued.positions, tf.scalar(shift, 'int32')));
}

/**
 * Hidden state (B, d) of each text's last token: the product of a row that is 1 there, (B, 1, S), and the states (B, S, d). The
 * texts are padded behind, so that is where the mask is 1 and the next one's is not.
 */
function lastToken({ attentionMask }: ModelBatch, { lastHiddenState }: ModelOutput): Tensor {
  const [batch, length, width] = lastHiddenState.shape as [number, number, number];
  const next = tf.pad(tf.slice(attentionMask, [0, 1], [batch, length - 1]), [
    [0, 0],
    [0, 1],
  ]);
  const isLast = tf.sub(attentionMask, next); // (B, S)
  return tf.reshape(tf.matMul(tf.expandDims(isLast, 1), lastHiddenState), [batch, width]);
}
