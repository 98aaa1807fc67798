import { z } from 'zod';
import type { ModelTensor } from '../models/architecture.ts';
import { layersField, layersOf, layersOutside } from './layers.ts';
import type { Method, ModelInfo } from './method.ts';
import { replaced } from './replaced.ts';

const BIASES = ['attention', 'ffn', 'layer_norm', 'embeddings', 'pooler'] as const;
type Biases = (typeof BIASES)[number];

const fields = z.strictObject({
  biases: z
    .union([z.literal('all'), z.array(z.enum(BIASES)).min(1)])
    .default('all')
    .meta({
      help:
        "Which biases are trained: of attention's or the feed-forward network's linear maps, of the layers' LayerNorms " +
        '(`layer_norm`), of the LayerNorm of the embeddings, of the pooler. `all`: those of the chosen layers and, where `layers` ' +
        "is `all` too, those outside the layers, with that of GPT-2's final LayerNorm. The LN-tuning paper's baseline is probably [attention, ffn].",
      source: 'Ben Zaken et al. 2021',
    }),
  layers: layersField,
});

export type BitfitFields = z.output<typeof fields>;

/** BitFit (Ben Zaken et al. 2021): only biases, which replace the checkpoint's own values. */
export const bitfit: Method<BitfitFields> = {
  id: 'bitfit',
  title: 'BitFit',
  help: 'Trains the biases: about 0.1 % of the parameters, nothing added to the model.',
  source: 'arXiv 2106.10199',
  learningRate: { default: 3e-3, range: [3e-4, 1e-2] },
  fields,
  check: ({ biases, layers }, model) => {
    const present = new Set(biasesOf(model).flatMap((tensor) => kindOf(tensor) ?? []));
    const lacking = biases === 'all' ? [] : biases.filter((kind) => !present.has(kind));
    const message =
      present.size === 0
        ? `${model.architecture.id} has no biases, so BitFit would train nothing`
        : `${model.architecture.id} has no bias of ${lacking.join(', ')}; it has those of ${[...present].join(', ')}`;
    return [
      ...(present.size === 0 || lacking.length > 0 ? [{ field: 'biases', message }] : []),
      ...layersOutside(layers, model.shape.layers),
    ];
  },
  declare: ({ biases, layers }, model) => {
    const chosen = new Set(layersOf(layers, model.shape.layers));
    const isWanted = (tensor: ModelTensor) => {
      if (tensor.layer !== undefined && !chosen.has(tensor.layer)) return false;
      if (biases === 'all') return tensor.layer !== undefined || layers === 'all';
      const kind = kindOf(tensor);
      return kind !== undefined && biases.includes(kind);
    };
    return biasesOf(model)
      .filter(isWanted)
      .map((tensor) => replaced(tensor, bitfit.id));
  },
};

function biasesOf({ architecture, shape }: ModelInfo): ModelTensor[] {
  return architecture.tensors(shape).filter(({ role }) => role === 'bias' || role === 'norm_bias');
}

/** What names a bias in a recipe. Nothing but `all` names that of the norm after the last layer, which is of no layer. */
function kindOf({ part, role }: ModelTensor): Biases | undefined {
  if (part === 'final') return undefined;
  return role === 'norm_bias' && part !== 'embeddings' ? 'layer_norm' : part;
}
