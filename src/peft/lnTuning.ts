import { z } from 'zod';
import { moduleOf } from '../core/moduleOf.ts';
import { isNorm, type ModelTensor, type TensorRole } from '../models/architecture.ts';
import { layersField, layersOf, layersOutside } from './layers.ts';
import type { Method, ModelInfo } from './method.ts';
import { peftKey, PEFT_ROOT } from './peftConfig.ts';
import { replaced } from './replaced.ts';

const NORMS = ['embeddings', 'attention', 'ffn', 'final'] as const;
const ROLE_OF = { gain: 'gain', bias: 'norm_bias' } as const satisfies Record<string, TensorRole>;

const fields = z.strictObject({
  layer_norms: z
    .union([z.literal('all'), z.array(z.enum(NORMS)).min(1)])
    .default('all')
    .meta({
      help:
        'Which LayerNorms are trained, by the sub-layer they belong to. `all`: those of the chosen layers and, where `layers` is ' +
        '`all` too, the one outside the layers (`embeddings` or `final`).',
      source: 'Qi et al. 2022, section on modules',
      counts: { noun: 'LayerNorm', by: 'module' },
    }),
  parameters: z
    .array(z.enum(['gain', 'bias']))
    .min(1)
    .default(['gain', 'bias'])
    .meta({
      help: 'The parts of each LayerNorm that are trained.',
      source: 'Qi et al. 2022, ablation of gain and bias',
    }),
  layers: layersField,
});

export type LnTuningFields = z.output<typeof fields>;

/** LN-tuning (Qi et al. 2022): only gain and bias of the LayerNorms, which replace the checkpoint's own values. */
export const lnTuning: Method<LnTuningFields> = {
  id: 'ln_tuning',
  title: 'LN-tuning',
  help: 'Trains gain and bias of the LayerNorms: about 0.03 % of the parameters, nothing added to the model.',
  source: 'arXiv 2211.08682',
  learningRate: { default: 3e-3, range: [3e-4, 1e-2] },
  fields,
  several: true,
  check: ({ layer_norms, layers }, model) => {
    const present = new Set(norms(model).map((tensor) => tensor.part));
    const lacking = layer_norms === 'all' ? [] : layer_norms.filter((norm) => !present.has(norm));
    return [
      ...lacking.map((norm) => ({
        field: 'layer_norms',
        message: `${model.architecture.id} has no "${norm}" LayerNorm; it has ${[...present].join(', ')}`,
      })),
      ...layersOutside(layers, model.shape.layers),
    ];
  },
  declare: (given, model) => {
    const roles = new Set<TensorRole>(given.parameters.map((parameter) => ROLE_OF[parameter]));
    return chosenNorms(given, model)
      .filter(({ role }) => roles.has(role))
      .map((tensor) => replaced(tensor, lnTuning.id));
  },
  // PEFT replaces a norm as a whole, also where only its gain or its bias was trained.
  peft: {
    type: 'LN_TUNING',
    root: PEFT_ROOT,
    wholeModules: true,
    config: (uses, model) => ({
      exclude_modules: null,
      // Full paths: the bare word "LayerNorm" would also match the norm of a masked-language-model head.
      target_modules: [
        ...new Set(uses.flatMap((given) => chosenNorms(given, model)).map(({ name }) => moduleOf(name))),
      ],
    }),
    tensors: (given, model) =>
      Object.fromEntries(
        chosenNorms(given, model).map(({ name, shape }) => {
          const key = peftKey(name, model).replace(/[^.]+$/, 'ln_tuning_layers.$&');
          return [name, { key, shape }];
        }),
      ),
    // Norms that the adapter lacks stay as they are.
    fields: () => ({ fields: {} }),
  },
};

/** Gain and bias of the norms that the fields choose. */
function chosenNorms(
  { layer_norms, layers }: Pick<LnTuningFields, 'layer_norms' | 'layers'>,
  model: ModelInfo,
): ModelTensor[] {
  const chosen = new Set(layersOf(layers, model.shape.layers));
  return norms(model).filter(
    ({ part, layer }) =>
      (layer === undefined || chosen.has(layer)) &&
      (layer_norms === 'all'
        ? layer !== undefined || layers === 'all'
        : layer_norms.some((norm) => norm === part)),
  );
}

function norms({ architecture, shape }: ModelInfo): ModelTensor[] {
  return architecture.tensors(shape).filter(({ role }) => isNorm(role));
}
