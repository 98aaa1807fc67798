import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { loraConfig, unlikeLora } from './adapterHubLora.ts';
import { layersField, layersOutside } from './layers.ts';
import type { Merge, Method, ModelInfo } from './method.ts';
import { peftKey, PEFT_ROOT } from './peftConfig.ts';
import {
  asModelKeeps,
  linearModules,
  targeted,
  targetProblems,
  targetsField,
  type LinearModule,
} from './targets.ts';
import { python } from './torch/ia3.ts';

const fields = z.strictObject({
  target_modules: targetsField(
    ['key', 'value', 'ffn_out'],
    "The linear maps of the layers that are scaled: the paper's by default; HF PEFT's own choice for BERT is [key, value, output.dense].",
    'Liu et al. 2022',
  ),
  feedforward_modules: targetsField(
    ['ffn_out'],
    'Those of the targets whose input is scaled instead of their output.',
    'Liu et al. 2022; [output.dense] is what HF PEFT takes for BERT',
    { least: 0 },
  ),
  layers: layersField,
});

export type Ia3Fields = z.output<typeof fields>;

/** (IA)3 (Liu et al. 2022): y = l ∘ (W x + b) with l (out), or y = W (l ∘ x) + b with l (in) for the feed-forward maps; l is 1 at first. */
export const ia3: Method<Ia3Fields> = {
  id: 'ia3',
  title: '(IA)3',
  help: 'Scales keys, values and the inside of the feed-forward network by trained vectors; it can be merged into the matrices.',
  source: 'arXiv 2205.05638',
  learningRate: { default: 1e-2, range: [1e-3, 3e-2] },
  fields,
  check: ({ target_modules, feedforward_modules, layers }, model) => {
    const outside = layersOutside(layers, model.shape.layers);
    if (outside.length > 0) return outside;
    const modules = linearModules(model, layers);
    return [
      ...targetProblems('target_modules', target_modules, modules, model),
      ...targetProblems('feedforward_modules', feedforward_modules, modules, model),
    ];
  },
  declare: (given, model) =>
    scaledModules(given, model).map(({ path, layer, part, input, output, scalesInput }) => ({
      name: nameOf(path),
      shape: [scalesInput ? input : output],
      part,
      layer,
      method: ia3.id,
      init: { kind: 'ones' },
      stored: true,
      decay: true,
    })),
  hooks: (given, model, { parameters }) => {
    const scaled = new Map(scaledModules(given, model).map((module) => [module.path, module]));
    return {
      linear: (path, x, base) => {
        const module = scaled.get(path);
        if (module === undefined) return base(x);
        const vector = parameters(nameOf(path));
        return module.scalesInput ? base(tf.mul(x, vector)) : tf.mul(base(x), vector);
      },
    };
  },
  merge: (given, model) =>
    Object.fromEntries(
      scaledModules(given, model).flatMap(
        ({ path, input, output, scalesInput }): (readonly [string, Merge])[] => {
          const vector = nameOf(path);
          const ofMatrix: Merge = (value, parameters) => {
            const scales = tf.reshape(parameters(vector), scalesInput ? [1, input] : [output, 1]); // of (out, in)
            return tf.mul(value, asModelKeeps(scales, model));
          };
          const ofBias: Merge = (value, parameters) => tf.mul(value, parameters(vector));
          return [[`${path}.weight`, ofMatrix], ...(scalesInput ? [] : [[`${path}.bias`, ofBias] as const])];
        },
      ),
    ),
  peft: {
    type: 'IA3',
    root: PEFT_ROOT,
    config: ([given], model) => {
      const modules = scaledModules(given, model);
      return {
        fan_in_fan_out: model.architecture.linearLayout === 'in, out',
        feedforward_modules: modules.filter(({ scalesInput }) => scalesInput).map(({ path }) => path),
        init_ia3_weights: true,
        target_modules: modules.map(({ path }) => path),
      };
    },
    tensors: (given, model) =>
      Object.fromEntries(
        scaledModules(given, model).map(({ path, input, output, scalesInput }) => {
          const shape = scalesInput ? [1, input] : [output, 1];
          return [nameOf(path), { key: peftKey(nameOf(path), model), shape }];
        }),
      ),
    fields: (_, shapes, model) => {
      const shapeOf = ({ path }: LinearModule) => shapes.get(peftKey(nameOf(path), model));
      const scaled = linearModules(model, 'all').filter((module) => shapeOf(module) !== undefined);
      const inner = scaled.filter((module) => shapeOf(module)?.[0] === 1);
      return {
        fields: {
          target_modules: scaled.map(({ path }) => path),
          feedforward_modules: inner.map(({ path }) => path),
        },
      };
    },
  },
  adapterHub: {
    refusal: (given, model) => {
      const modules = scaledModules(given, model);
      if (modules.some(({ scalesInput }) => scalesInput))
        return "AdapterHub's (IA)3 scales outputs of linear maps alone, but the run scales inputs too";
      return unlikeLora(modules);
    },
    config: (given, model) => ({
      ...loraConfig(scaledModules(given, model), model),
      r: 1,
      alpha: 1,
      dropout: 0,
      composition_mode: 'scale',
      init_weights: 'ia3',
    }),
    tensors: (given, model, name) =>
      Object.fromEntries(
        scaledModules(given, model).map(({ path, output }) => [
          nameOf(path),
          { keys: [`${model.architecture.basePrefix}${path}.loras.${name}.lora_B`], shape: [output, 1] },
        ]),
      ),
  },
  torch: {
    python,
    arguments: (given, model) => {
      const modules = scaledModules(given, model);
      const paths = (wanted: boolean) =>
        modules.filter(({ scalesInput }) => scalesInput === wanted).map(({ path }) => path);
      return { inputs: paths(true), outputs: paths(false) };
    },
  },
};

interface ScaledModule extends LinearModule {
  readonly scalesInput: boolean;
}

function scaledModules({ target_modules, feedforward_modules, layers }: Ia3Fields, model: ModelInfo) {
  const modules = targeted(linearModules(model, layers), target_modules, model);
  const inner = new Set(targeted(modules, feedforward_modules, model));
  return modules.map((module): ScaledModule => ({ ...module, scalesInput: inner.has(module) }));
}

function nameOf(path: string): string {
  return `${path}.ia3_l`;
}
