import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { internal } from '../core/errors.ts';
import { LONGEST_RECORDED } from '../core/longestRecorded.ts';
import type { Architecture, KeyValuePrefix, Parameters } from '../models/architecture.ts';
import { linear } from '../ops/linear.ts';
import { layerProblems, layersBut, layersField, layersOf } from './layers.ts';
import type { Method, ModelInfo, TrainedTensor } from './method.ts';
import { python } from './torch/prefixTuning.ts';

const FLAT = 'prefix.prompt_embeddings';
const EMBEDDING = 'prefix.embedding.weight';
const TRANSFORM = ['prefix.transform.0', 'prefix.transform.2'] as const;

const fields = z.strictObject({
  num_virtual_tokens: z.int().min(1).max(65536).default(16).meta({
    help: 'Length of the prefix in tokens.',
    source: 'He et al. 2022 for GLUE; HF PEFT has no default',
  }),
  prefix_projection: z.boolean().default(false).meta({
    help: 'Trains the prefix through a small network, which is folded away after training.',
    source: 'Li and Liang 2021',
  }),
  encoder_hidden_size: z.int().min(1).max(65536).default(512).meta({
    help: 'Width of that network, with `prefix_projection`.',
    source: 'Li and Liang 2021',
  }),
  init_std: z.number().gt(0).default(0.02).meta({
    help: 'Standard deviation of a prefix without projection before the first step. HF PEFT starts from 1.',
    source: 'He et al. 2022',
  }),
  dropout: z.number().min(0).max(0.99).default(0.1).meta({
    help: 'Dropout of the prefix, while training.',
    source: 'P-tuning v2; HF PEFT has none',
  }),
  shift_positions: z
    .boolean()
    .default(true)
    .meta({
      help:
        "Whether the prefix takes the first positions, as in HF PEFT, so that the text's own are shifted and the longest input is " +
        'shorter; without it the text keeps its positions, as in AdapterHub.',
    }),
  layers: layersField,
});

export type PrefixFields = z.output<typeof fields>;

/**
 * Prefix-tuning (Li and Liang 2021; P-tuning v2): trained keys and values of l virtual tokens in front of those of the text, in every chosen
 * layer. The matrix (l, 2 n d) for n chosen layers is laid out as in HF PEFT: columns 2i d.. are the i-th layer's keys, (2i + 1) d.. its values.
 */
export const prefixTuning: Method<PrefixFields> = {
  id: 'prefix_tuning',
  title: 'Prefix-tuning',
  help: 'Trains keys and values of virtual tokens that every layer attends to in front of the text.',
  source: 'arXiv 2101.00190',
  learningRate: { default: 1e-2, range: [5e-3, 3e-2] },
  otherLearningRate: {
    when: 'with `prefix_projection`',
    applies: ({ prefix_projection }) => prefix_projection,
    default: 1e-3,
    range: [1e-4, 3e-3],
  },
  fields,
  budget: 'num_virtual_tokens',
  check: ({ num_virtual_tokens: l, shift_positions, layers }, { shape }) => {
    const most = shape.maxPositions - LONGEST_RECORDED;
    const message = `expected at most ${most} of the model's ${shape.maxPositions} positions, found ${l}`;
    return [
      ...(shift_positions && l > most ? [{ field: 'num_virtual_tokens', message }] : []),
      ...layerProblems(layers, shape.layers),
    ];
  },
  declare: (given, model) => {
    const { num_virtual_tokens: l, encoder_hidden_size: m, init_std: std } = given;
    const d = model.shape.hiddenSize;
    const width = widthOf(given, model);
    const lowestLayer = Math.min(...layersOf(given.layers, model.shape.layers));
    if (!given.prefix_projection) {
      const init = { kind: 'normal', std } as const;
      return [tensor(FLAT, [l, width], { lowestLayer, init, stored: true, decay: true })];
    }
    // As PyTorch starts nn.Embedding and nn.Linear.
    const folded = (name: string, shape: readonly number[], init: TrainedTensor['init']) =>
      tensor(name, shape, { lowestLayer, init, stored: false, decay: shape.length > 1 });
    const inner = { kind: 'uniform', bound: 1 / Math.sqrt(d) } as const;
    const outer = { kind: 'uniform', bound: 1 / Math.sqrt(m) } as const;
    return [
      folded(EMBEDDING, [l, d], { kind: 'normal', std: 1 }),
      folded(`${TRANSFORM[0]}.weight`, [m, d], inner),
      folded(`${TRANSFORM[0]}.bias`, [m], inner),
      folded(`${TRANSFORM[1]}.weight`, [width, m], outer),
      folded(`${TRANSFORM[1]}.bias`, [width], outer),
    ];
  },
  positionsTaken: ({ shift_positions, num_virtual_tokens }) => (shift_positions ? num_virtual_tokens : 0),
  dropoutSites: (given, model) => {
    const { num_virtual_tokens: l, dropout: rate, layers } = given;
    const { architecture, shape } = model;
    const sites = layersOf(layers, shape.layers).map((layer) => architecture.attentionSite(layer));
    return [
      { name: FLAT, rate, shape: [l, widthOf(given, model)] },
      ...sites.map((site) => ({
        name: `${site}.prefix`,
        rate: shape.attentionDropout,
        shape: ['B', shape.heads, 'S', l] as const,
        ahead: site,
      })),
    ];
  },
  hooks: (given, { shape }, { parameters, dropout }) => {
    const { num_virtual_tokens: l, layers } = given;
    const d = shape.hiddenSize;
    const matrix = dropout(FLAT, flat(given, parameters)); // (l, 2 n d)
    const columns = (index: number) => tf.slice(matrix, [0, index * d], [l, d]);
    const prefixes = new Map(
      layersOf(layers, shape.layers).map((layer, i): [number, KeyValuePrefix] => [
        layer,
        { key: columns(2 * i), value: columns(2 * i + 1) },
      ]),
    );
    return {
      prefix: (layer) => prefixes.get(layer),
      ...(given.shift_positions && { positionShift: l }),
    };
  },
  fold: {
    fields: (given) => (given.prefix_projection ? { ...given, prefix_projection: false } : undefined),
    tensors: (given, _, parameters) => ({ [FLAT]: flat(given, parameters) }),
  },
  peft: {
    type: 'PREFIX_TUNING',
    root: 'base_model.',
    refusal: ({ shift_positions, layers }, { architecture, shape }) => {
      if (!architecture.takesPastKeyValues)
        return `HF PEFT puts a prefix in front as past keys and values, which ${architecture.classes.sequenceClassification} does not take; the form torch does without them`;
      if (!shift_positions)
        return "HF PEFT's prefix takes the first positions, but this one leaves the text its own (shift_positions: false)";
      const chosen = layersOf(layers, shape.layers);
      return chosen.length < shape.layers
        ? `HF PEFT's prefix is in every layer, but this one in ${chosen.length} of ${shape.layers}`
        : undefined;
    },
    config: ([{ num_virtual_tokens, encoder_hidden_size }], { shape }) => ({
      encoder_hidden_size,
      num_attention_heads: shape.heads,
      num_layers: shape.layers,
      num_transformer_submodules: 1,
      num_virtual_tokens,
      prefix_projection: false,
      token_dim: shape.hiddenSize,
    }),
    tensors: (given, model) => ({
      [FLAT]: { key: 'prompt_embeddings', shape: [given.num_virtual_tokens, widthOf(given, model)] },
    }),
    // A projection is folded away in PEFT's file too.
    fields: ({ num_virtual_tokens }) => ({ fields: { num_virtual_tokens } }),
  },
  adapterHub: {
    refusal: ({ shift_positions }, { architecture }) => {
      if (architecture.adapterHubPrefix === undefined)
        return `with a prefix, AdapterHub's ${architecture.id} computes something else; the form torch brings the run's own`;
      return shift_positions
        ? 'AdapterHub leaves the positions of the text as they are, but the run shifted them by the prefix (`shift_positions`)'
        : undefined;
    },
    config: (given, { shape }) => ({
      architecture: 'prefix_tuning',
      flat: true,
      prefix_length: given.num_virtual_tokens,
      dropout: given.dropout,
      leave_out: layersBut(given.layers, shape.layers),
    }),
    attention: ({ architecture }) => architecture.adapterHubPrefix?.attention,
    tensors: (given, model, name) => {
      const { architecture, shape } = model;
      const {
        basePrefix,
        adapterHubPrefix: { place } = internal(`${architecture.id} has no prefix in AdapterHub`),
      } = architecture;
      // The library holds one matrix, but finds it in every layer again and misses each of those names that a file lacks.
      const owners = layersOf('all', shape.layers).map(
        (layer) => `${architecture.attentionSite(layer)}.prefix_tuning.pool`,
      );
      const keys = ['prefix_tuning', ...owners].map(
        (owner) => `${basePrefix}${owner}.prefix_tunings.${name}.${place}.control_trans`,
      );
      return { [FLAT]: { keys, shape: [given.num_virtual_tokens * widthOf(given, model)] } };
    },
  },
  torch: {
    python,
    imports: ['from types import MethodType'],
    arguments: ({ layers, shift_positions }, { architecture, shape }) => ({
      attentions: layersOf(layers, shape.layers).map((layer) => attentionModules(layer, architecture)),
      positions: shift_positions ? architecture.positionTable : null,
    }),
  },
};

/** The matrix (l, 2 n d): as it is, or by way of the embedding (l, d): tanh(E W₀ᵀ + b₀) W₂ᵀ + b₂. */
function flat({ prefix_projection }: PrefixFields, parameters: Parameters): Tensor {
  if (!prefix_projection) return parameters(FLAT);
  const map = (name: string, x: Tensor) =>
    linear(x, parameters(`${name}.weight`), parameters(`${name}.bias`));
  return map(TRANSFORM[1], tf.tanh(map(TRANSFORM[0], parameters(EMBEDDING))));
}

/** Paths in Transformers' class: attention itself, inside of it the linear maps, and what it applies to the mixed values. */
function attentionModules(layer: number, { attentionSite, linear, sublayerModules }: Architecture) {
  const attention = attentionSite(layer);
  const inside = (path: string) => path.slice(attention.length + 1);
  const after = [linear(layer, 'attention_output'), sublayerModules({ layer, at: 'attention' }).output];
  return {
    attention,
    maps: [...new Set((['query', 'key', 'value'] as const).map((role) => inside(linear(layer, role))))],
    after: [...new Set(after.filter((path) => path.startsWith(`${attention}.`)).map(inside))],
  };
}

function widthOf({ layers }: PrefixFields, { shape }: ModelInfo): number {
  return 2 * layersOf(layers, shape.layers).length * shape.hiddenSize;
}

function tensor(
  name: string,
  shape: readonly number[],
  rest: Pick<TrainedTensor, 'lowestLayer' | 'init' | 'stored' | 'decay'>,
): TrainedTensor {
  return { name, shape, part: 'attention', method: prefixTuning.id, ...rest };
}
