import { IGNORED } from '../../src/core/ignored.ts';
import { keyOf, normals, uniformAt } from '../../src/core/random.ts';
import {
  floatTensor,
  intTensor,
  scalar,
  sizeOf,
  type HostTensor,
  type HostTensors,
} from '../../src/core/tensor.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { internal } from '../../src/core/errors.ts';
import { architectures, findArchitecture } from '../../src/models/registry.ts';
import { methods } from '../../src/peft/registry.ts';
import { assemble, type Assembly } from '../../src/program/assembly.ts';
import { dropoutFeeds } from '../../src/program/dropoutFeeds.ts';
import { optimizers } from '../../src/program/optimizers.ts';
import { learningRateFeed, trainingState, type StepSettings } from '../../src/program/training.ts';
import { tasks } from '../../src/tasks/registry.ts';

/** A BERT small enough for the reference executor, with weights large enough that every part of it shows in the logits. */
export const tinyConfig: JsonObject = {
  model_type: 'bert',
  vocab_size: 50,
  hidden_size: 8,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 12,
  max_position_embeddings: 16,
  type_vocab_size: 2,
  hidden_act: 'gelu',
  hidden_dropout_prob: 0.1,
  attention_probs_dropout_prob: 0.2,
};

/** Of each architecture one such model; the positions of each are 16. */
const configs: Readonly<Record<string, JsonObject>> = {
  bert: tinyConfig,
  roberta: {
    ...tinyConfig,
    model_type: 'roberta',
    max_position_embeddings: 18,
    type_vocab_size: 1,
    pad_token_id: 1,
    layer_norm_eps: 1e-5,
    classifier_dropout: 0.15,
  },
  distilbert: {
    model_type: 'distilbert',
    vocab_size: 50,
    dim: 8,
    n_layers: 2,
    n_heads: 2,
    hidden_dim: 12,
    max_position_embeddings: 16,
    activation: 'gelu',
    dropout: 0.1,
    attention_dropout: 0.2,
    seq_classif_dropout: 0.15,
  },
  gpt2: {
    model_type: 'gpt2',
    vocab_size: 50,
    n_embd: 8,
    n_layer: 2,
    n_head: 2,
    n_inner: 12,
    n_positions: 16,
    pad_token_id: 0,
    embd_pdrop: 0.1,
    resid_pdrop: 0.1,
    attn_pdrop: 0.2,
    classifier_dropout: 0.15,
  },
};

/** A tiny model of every architecture; one without any is an error. */
export const tinyModels = Object.keys(architectures).map((id) => ({
  architecture: id,
  config: configs[id] ?? internal(`the architecture ${id} has no tiny model`),
}));

/** The same model with every rate of dropout at 0. */
export function withoutDropout(config: JsonObject): JsonObject {
  const rates = Object.keys(config).filter((field) => /dropout|_pdrop$/.test(field));
  return { ...config, ...Object.fromEntries(rates.map((field) => [field, 0])) };
}

export const plainSettings: StepSettings = {
  optim: 'adamw',
  weight_decay: 0.1,
  adam_beta1: 0.9,
  adam_beta2: 0.999,
  adam_epsilon: 1e-8,
  max_grad_norm: 1,
  label_smoothing_factor: 0.1,
  gradient_accumulation_steps: 1,
};

export function tinyAssembly({
  config = tinyConfig,
  use = { ln_tuning: {} } as Record<string, unknown>,
  pooling = 'model',
  missing = [] as string[],
  task = tasks['text-classification'],
  taskFields = { text: 'text', label: 'label', pooling } as Record<string, unknown>,
} = {}): Assembly {
  const architecture = findArchitecture(config.model_type);
  return assemble({
    info: { architecture, shape: architecture.readConfig(config), numLabels: 3, missing },
    task,
    taskFields: task.fields.parse({ type: task.id, ...taskFields }),
    methods: Object.entries(use).flatMap(([id, fields]) =>
      [fields].flat().map((each) => ({ method: methods[id], fields: methods[id].fields.parse(each) })),
    ),
  });
}

/** Values for every tensor of the assembly: norms near the identity, the rest normal with standard deviation 0.3. */
export function tinyWeights(
  assembly: Assembly,
  settings: StepSettings = plainSettings,
): { frozen: HostTensors; state: HostTensors } {
  const value = (name: string, shape: readonly number[]): HostTensor => {
    const centre = isGain(name) ? 1 : 0;
    return floatTensor(
      shape,
      normals(keyOf(name), sizeOf(shape)).map((x) => centre + 0.3 * x),
    );
  };
  return {
    frozen: new Map(assembly.frozen.map(({ name, shape }) => [name, value(name, shape)])),
    state: new Map([
      ...assembly.trained.map(({ name, shape }): [string, HostTensor] => [name, value(name, shape)]),
      ...trainingState(assembly, settings).map(({ name, shape }): [string, HostTensor] => [
        name,
        floatTensor(shape, new Float32Array(sizeOf(shape))),
      ]),
    ]),
  };
}

/** Whether a tensor is the gain of a norm, by its name in any of the models. */
export function isGain(name: string): boolean {
  return /(LayerNorm|layer_norm|ln_\w)\.weight$/.test(name);
}

/** Feeds of one step with B examples of at most S tokens, the later ones shorter (padded). */
export function tinyFeeds(
  assembly: Assembly,
  settings: StepSettings,
  { B, S, step = 0 }: { B: number; S: number; step?: number },
): Record<string, HostTensor> {
  const { vocabularySize, padTokenId } = assembly.info.shape;
  const draw = (name: string, i: number, below: number) =>
    Math.floor(uniformAt(keyOf(name, step, B, S), i) * below);
  const lengthOf = (b: number) => Math.max(1, S - (b % S));
  const grid = (f: (b: number, s: number) => number) =>
    Array.from({ length: B * S }, (_, i) => f(Math.floor(i / S), i % S));
  const [, each = 1] = assembly.task.targetShape;
  const label = (i: number) => draw('labels', i, assembly.info.numLabels);
  // Of tokens, every third has none, and padding has none. Several targets of an example are tokens, of which some are not there.
  const targets =
    each === 'S'
      ? grid((b, s) => (s < lengthOf(b) && (b + s) % 3 !== 1 ? label(b * S + s) : IGNORED))
      : Array.from({ length: B * each }, (_, i) => {
          if (each === 1) return label(i);
          return i % 3 === 1 ? IGNORED : draw('labels', i, lengthOf(Math.floor(i / each)));
        });
  return {
    input_ids: intTensor(
      [B, S],
      grid((b, s) => (s < lengthOf(b) ? draw('ids', b * S + s, vocabularySize) : padTokenId)),
    ),
    attention_mask: floatTensor(
      [B, S],
      grid((b, s) => Number(s < lengthOf(b))),
    ),
    token_type_ids: intTensor(
      [B, S],
      grid((b, s) => Number(s >= lengthOf(b) / 2 && s < lengthOf(b))),
    ),
    labels: intTensor(
      [B, ...assembly.task.targetShape.slice(1).map((size) => (size === 'S' ? S : (size as number)))],
      targets,
    ),
    loss_denominator: scalar(targets.filter((target) => target >= 0).length),
    ...Object.fromEntries(
      [...new Set(assembly.trained.map(({ method }) => method))].map((id) => [
        learningRateFeed(id),
        scalar(0.01),
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(optimizers[settings.optim].scalars(settings, step + 1)).map(([name, x]) => [
        name,
        scalar(x),
      ]),
    ),
    ...dropoutFeeds(assembly.dropoutSites, { seed: 1, step, symbols: { B, S } }),
  };
}
