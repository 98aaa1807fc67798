import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { JsonObject } from '../core/json.ts';
import { activations, type ActivationName } from '../ops/activation.ts';
import { attention } from '../ops/attention.ts';
import { layerNorm } from '../ops/layerNorm.ts';
import { linear } from '../ops/linear.ts';
import type {
  Architecture,
  DropoutSite,
  ForwardContext,
  LinearRole,
  ModelBatch,
  ModelOutput,
  ModelShape,
  ModelTensor,
  Sublayer,
} from './architecture.ts';
import { numberField, sizeField, wordField } from './configFields.ts';
import { badConfigField } from './errors.ts';

/** BERT (Devlin et al. 2019), as Transformers' `BertModel` computes it: post-LN, learned absolute positions. */
export const bert: Architecture<BertShape> = {
  id: 'bert',
  basePrefix: 'bert.',
  classes: { sequenceClassification: 'BertForSequenceClassification' },
  readConfig,
  tensors,
  isBuffer: (name) => name === 'embeddings.position_ids' || name === 'embeddings.token_type_ids',
  linear: (layer, role) => `encoder.layer.${layer}.${LINEARS[role]}`,
  attentionSite: (layer) => `encoder.layer.${layer}.attention.self`,
  dropoutSites,
  forward,
  pooler: {
    tensors: ['pooler.dense.weight', 'pooler.dense.bias'],
    pool: (context, lastHiddenState) => {
      const [batch, , width] = lastHiddenState.shape as [number, number, number];
      const first = tf.reshape(tf.slice(lastHiddenState, [0, 0, 0], [batch, 1, width]), [batch, width]);
      return tf.tanh(hookedLinear(context, 'pooler.dense', first)); // (B, d)
    },
  },
};

const LINEARS: Readonly<Record<LinearRole, string>> = {
  query: 'attention.self.query',
  key: 'attention.self.key',
  value: 'attention.self.value',
  attention_output: 'attention.output.dense',
  ffn_in: 'intermediate.dense',
  ffn_out: 'output.dense',
};

export interface BertShape extends ModelShape {
  readonly layerNormEps: number;
  readonly activation: ActivationName;
}

function readConfig(config: JsonObject): BertShape {
  const hiddenSize = sizeField(config, 'hidden_size');
  const heads = sizeField(config, 'num_attention_heads');
  if (hiddenSize % heads !== 0)
    throw badConfigField('hidden_size', `a multiple of num_attention_heads (${heads})`, hiddenSize);
  // Relative positions are another model under the same name.
  wordField(config, 'position_embedding_type', ['absolute'], 'absolute');
  const vocabularySize = sizeField(config, 'vocab_size');
  const hiddenDropout = numberField(config, 'hidden_dropout_prob', [0, 0.99], 0.1);
  return {
    hiddenSize,
    heads,
    layers: sizeField(config, 'num_hidden_layers', { largest: 1000 }),
    intermediateSize: sizeField(config, 'intermediate_size'),
    vocabularySize,
    // Programs are recorded with inputs of up to 13 tokens; no real model is shorter.
    maxPositions: sizeField(config, 'max_position_embeddings', { least: 16 }),
    typeVocabularySize: sizeField(config, 'type_vocab_size'),
    padTokenId: sizeField(config, 'pad_token_id', { least: 0, largest: vocabularySize - 1, fallback: 0 }),
    initializerRange: numberField(config, 'initializer_range', [0, 10], 0.02),
    layerNormEps: numberField(config, 'layer_norm_eps', [0, 1], 1e-12),
    activation: wordField(config, 'hidden_act', Object.keys(activations) as ActivationName[], 'gelu'),
    hiddenDropout,
    attentionDropout: numberField(config, 'attention_probs_dropout_prob', [0, 0.99], 0.1),
    classifierDropout: numberField(config, 'classifier_dropout', [0, 0.99], hiddenDropout),
  };
}

function tensors(shape: BertShape): ModelTensor[] {
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

  const table = (name: string, rows: number) =>
    add({ name: `embeddings.${name}.weight`, shape: [rows, d], part: 'embeddings', role: 'table' });
  table('word_embeddings', shape.vocabularySize);
  table('position_embeddings', shape.maxPositions);
  table('token_type_embeddings', shape.typeVocabularySize);
  norm('embeddings.LayerNorm', 'embeddings');
  for (let layer = 0; layer < shape.layers; layer++) {
    const at = `encoder.layer.${layer}`;
    for (const projection of ['query', 'key', 'value'])
      dense(`${at}.attention.self.${projection}`, 'attention', [d, d], layer);
    dense(`${at}.attention.output.dense`, 'attention', [d, d], layer);
    norm(`${at}.attention.output.LayerNorm`, 'attention', layer);
    dense(`${at}.intermediate.dense`, 'ffn', [f, d], layer);
    dense(`${at}.output.dense`, 'ffn', [d, f], layer);
    norm(`${at}.output.LayerNorm`, 'ffn', layer);
  }
  dense('pooler.dense', 'pooler', [d, d]);
  return list;
}

function dropoutSites(shape: BertShape): DropoutSite[] {
  const hidden = (name: string): DropoutSite => ({
    name,
    rate: shape.hiddenDropout,
    shape: ['B', 'S', shape.hiddenSize],
  });
  const layers = Array.from({ length: shape.layers }, (_, layer) => `encoder.layer.${layer}`);
  return [
    hidden('embeddings'),
    ...layers.flatMap((at): DropoutSite[] => [
      { name: `${at}.attention.self`, rate: shape.attentionDropout, shape: ['B', shape.heads, 'S', 'S'] },
      hidden(`${at}.attention.output`),
      hidden(`${at}.output`),
    ]),
  ];
}

function hookedLinear(context: ForwardContext, name: string, x: Tensor): Tensor {
  const base = (input: Tensor) =>
    linear(input, context.parameters(`${name}.weight`), context.parameters(`${name}.bias`));
  return context.hooks.linear?.(name, x, base) ?? base(x);
}

function forward(shape: BertShape, context: ForwardContext, batch: ModelBatch): ModelOutput {
  const { parameters, dropout, hooks } = context;
  const { hiddenSize: d, heads } = shape;
  const [B, S] = batch.inputIds.shape as [number, number];
  const rows = (x: Tensor) => tf.reshape(x, [B * S, d]);
  const hiddenDropout = (site: string, x: Tensor) => rows(dropout(site, tf.reshape(x, [B, S, d])));
  const norm = (name: string, x: Tensor) =>
    layerNorm(x, parameters(`${name}.weight`), parameters(`${name}.bias`), shape.layerNormEps);
  const dense = (name: string, x: Tensor) => hookedLinear(context, name, x);
  const sublayer = (place: Sublayer, input: Tensor, raw: Tensor, normName: string) => {
    const addNorm = (output: Tensor) => norm(normName, tf.add(output, input));
    return addNorm(hooks.sublayer?.(place, { input, output: raw, addNorm }) ?? raw);
  };
  const activation = activations[shape.activation];

  const words = tf.gather(parameters('embeddings.word_embeddings.weight'), batch.inputIds); // (B, S, d)
  const positions = tf.slice(
    parameters('embeddings.position_embeddings.weight'),
    [hooks.positionShift ?? 0, 0],
    [S, d],
  ); // (S, d)
  const types = tf.gather(parameters('embeddings.token_type_embeddings.weight'), batch.tokenTypeIds); // (B, S, d)
  let x = hiddenDropout(
    'embeddings',
    norm('embeddings.LayerNorm', rows(tf.add(tf.add(words, types), positions))),
  ); // (N, d)

  for (let layer = 0; layer < shape.layers; layer++) {
    const at = `encoder.layer.${layer}`;
    const mixed = attention({
      query: dense(`${at}.attention.self.query`, x),
      key: dense(`${at}.attention.self.key`, x),
      value: dense(`${at}.attention.self.value`, x),
      prefix: hooks.prefix?.(layer),
      mask: batch.attentionMask,
      heads,
      dropout: (p) => dropout(`${at}.attention.self`, p),
    }); // (N, d)
    const attended = hiddenDropout(`${at}.attention.output`, dense(`${at}.attention.output.dense`, mixed));
    x = sublayer({ layer, at: 'attention' }, x, attended, `${at}.attention.output.LayerNorm`);
    const inner = activation(dense(`${at}.intermediate.dense`, x)); // (N, f)
    const outer = hiddenDropout(`${at}.output`, dense(`${at}.output.dense`, inner));
    x = sublayer({ layer, at: 'ffn' }, x, outer, `${at}.output.LayerNorm`);
  }
  return { lastHiddenState: tf.reshape(x, [B, S, d]) };
}
