import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { layersField, layersOutside } from './layers.ts';
import type { Method, ModelInfo } from './method.ts';
import { linearModules, targeted, targetProblems, targetsField, type LinearModule } from './targets.ts';

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
  learningRate: { default: 3e-3, range: [1e-3, 1e-2] },
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
  merge: (given, model, parameters) =>
    Object.fromEntries(
      scaledModules(given, model).flatMap(({ path, output, scalesInput }): [string, Tensor][] => {
        const [vector, weight, bias] = [nameOf(path), `${path}.weight`, `${path}.bias`];
        if (scalesInput) return [[weight, tf.mul(parameters(weight), parameters(vector))]];
        const rows = tf.reshape(parameters(vector), [output, 1]);
        const scaled: [string, Tensor] = [weight, tf.mul(parameters(weight), rows)];
        if (!hasTensor(bias, model)) return [scaled];
        return [scaled, [bias, tf.mul(parameters(bias), parameters(vector))]];
      }),
    ),
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

function hasTensor(name: string, { architecture, shape }: ModelInfo): boolean {
  return architecture.tensors(shape).some((tensor) => tensor.name === name);
}
