import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { loraConfig, unlikeLora } from './adapterHubLora.ts';
import { layersField, layersOutside } from './layers.ts';
import type { Merge, Method, ModelInfo } from './method.ts';
import { peftKey, PEFT_ROOT, unreadFields } from './peftConfig.ts';
import {
  asModelKeeps,
  linearModules,
  targeted,
  targetProblems,
  targetsField,
  type LinearModule,
} from './targets.ts';
import { python } from './torch/lora.ts';

const fields = z.strictObject({
  r: z.int().min(1).max(65536).default(8).meta({
    help: 'Rank of the update of each matrix.',
    source: 'Hu et al. 2021',
  }),
  lora_alpha: z.number().gt(0).default(16).meta({
    help: 'The update is multiplied by lora_alpha / r.',
    source: 'Hu et al. 2021; HF PEFT takes 8',
  }),
  lora_dropout: z.number().min(0).max(0.99).default(0).meta({
    help: 'Dropout of the input of the update, while training.',
  }),
  target_modules: targetsField(
    ['query', 'value'],
    'The linear maps of the layers that are updated.',
    'HF PEFT for BERT and RoBERTa: query and value, for GPT-2: c_attn',
  ),
  use_rslora: z.boolean().default(false).meta({
    help: 'Multiplies the update by lora_alpha / √r instead, so that a large rank learns as fast as a small one.',
    source: 'Kalajdzievski 2023',
  }),
  layers: layersField,
});

export type LoraFields = z.output<typeof fields>;

/** LoRA (Hu et al. 2021): y = W x + b + s B A dropout(x), with A (r, in) and B (out, r), which is zero at first. */
export const lora: Method<LoraFields> = {
  id: 'lora',
  title: 'LoRA',
  help: 'Adds a trained product of two narrow matrices to linear maps; it can be merged into them.',
  source: 'arXiv 2106.09685',
  learningRate: { default: 1e-3, range: [1e-4, 5e-3] },
  fields,
  budget: 'r',
  check: ({ target_modules, layers }, model) => {
    const outside = layersOutside(layers, model.shape.layers);
    if (outside.length > 0) return outside;
    return targetProblems('target_modules', target_modules, linearModules(model, layers), model);
  },
  waste: ({ r, ...chosen }, model) => {
    const least = Math.min(...modulesOf(chosen, model).map(({ input, output }) => Math.min(input, output)));
    if (r <= least) return [];
    const message = `${least}, the matrices' rank, is enough for every update, found ${r}`;
    return [{ field: 'r', message }];
  },
  declare: (given, model) =>
    modulesOf(given, model).flatMap(({ path, layer, part, input, output }) => {
      const common = { part, layer, method: lora.id, stored: true, decay: true };
      const bound = 1 / Math.sqrt(input); // Kaiming uniform with a = √5, as PyTorch's nn.Linear starts
      return [
        { ...common, name: nameOf(path, 'A'), shape: [given.r, input], init: { kind: 'uniform', bound } },
        { ...common, name: nameOf(path, 'B'), shape: [output, given.r], init: { kind: 'zeros' } },
      ];
    }),
  dropoutSites: (given, model) =>
    modulesOf(given, model).map(({ path, input }) => ({
      name: dropoutSite(path),
      rate: given.lora_dropout,
      shape: ['B', 'S', input],
    })),
  hooks: (given, model, { parameters, dropout }) => {
    const paths = new Set(modulesOf(given, model).map(({ path }) => path));
    return {
      linear: (path, x, base) => {
        if (!paths.has(path)) return base(x);
        const [A, B] = [parameters(nameOf(path, 'A')), parameters(nameOf(path, 'B'))];
        const narrow = tf.matMul(dropout(dropoutSite(path), x), A, false, true); // (N, r)
        return tf.add(base(x), tf.matMul(tf.mul(narrow, scaleOf(given)), B, false, true));
      },
    };
  },
  merge: (given, model) =>
    Object.fromEntries(
      modulesOf(given, model).map(({ path }): [string, Merge] => [
        `${path}.weight`,
        (weight, parameters) => {
          const update = tf.matMul(parameters(nameOf(path, 'B')), parameters(nameOf(path, 'A')));
          return tf.add(weight, tf.mul(asModelKeeps(update, model), scaleOf(given)));
        },
      ]),
    ),
  peft: {
    type: 'LORA',
    root: PEFT_ROOT,
    config: ([given], model) => ({
      bias: 'none',
      fan_in_fan_out: model.architecture.linearLayout === 'in, out',
      init_lora_weights: true,
      lora_alpha: given.lora_alpha,
      lora_dropout: given.lora_dropout,
      r: given.r,
      target_modules: modulesOf(given, model).map(({ path }) => path),
      use_rslora: given.use_rslora,
    }),
    tensors: (given, model) =>
      Object.fromEntries(
        modulesOf(given, model).flatMap(({ path, input, output }) => {
          const [A, B] = [nameOf(path, 'A'), nameOf(path, 'B')];
          return [
            [A, { key: peftKey(A, model), shape: [given.r, input] }],
            [B, { key: peftKey(B, model), shape: [output, given.r] }],
          ];
        }),
      ),
    fields: (config, shapes, model) => {
      const fault = unreadFields(config, {
        alpha_pattern: [],
        bias: ['none'],
        // The others change the base model's weights too.
        init_lora_weights: [true, false, 'gaussian', 'orthogonal'],
        layer_replication: [],
        rank_pattern: [],
        use_dora: [false],
      });
      if (fault !== undefined) return { fault };
      const updated = linearModules(model, 'all').filter(({ path }) =>
        shapes.has(peftKey(nameOf(path, 'A'), model)),
      );
      return {
        fields: {
          r: config.r,
          lora_alpha: config.lora_alpha,
          use_rslora: config.use_rslora ?? false,
          target_modules: updated.map(({ path }) => path),
        },
      };
    },
  },
  adapterHub: {
    refusal: (given, model) => unlikeLora(modulesOf(given, model)),
    config: (given, model) => ({
      ...loraConfig(modulesOf(given, model), model),
      r: given.r,
      alpha: scaleOf(given) * given.r,
      dropout: given.lora_dropout,
      composition_mode: 'add',
      init_weights: 'lora',
    }),
    tensors: (given, model, name) =>
      Object.fromEntries(
        modulesOf(given, model).flatMap(({ path, input, output }) => {
          const at = `${model.architecture.basePrefix}${path}.loras.${name}`;
          return [
            [nameOf(path, 'A'), { keys: [`${at}.lora_A`], shape: [given.r, input] }],
            [nameOf(path, 'B'), { keys: [`${at}.lora_B`], shape: [output, given.r] }],
          ];
        }),
      ),
  },
  torch: {
    python,
    arguments: (given, model) => ({
      modules: modulesOf(given, model).map(({ path }) => path),
      scale: scaleOf(given),
    }),
  },
};

function modulesOf(
  { target_modules, layers }: Pick<LoraFields, 'target_modules' | 'layers'>,
  model: ModelInfo,
): LinearModule[] {
  return targeted(linearModules(model, layers), target_modules, model);
}

function nameOf(path: string, matrix: 'A' | 'B'): string {
  return `${path}.lora_${matrix}.weight`;
}

function dropoutSite(path: string): string {
  return `${path}.lora_dropout`;
}

function scaleOf({ lora_alpha, r, use_rslora }: LoraFields): number {
  return lora_alpha / (use_rslora ? Math.sqrt(r) : r);
}
