import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { moduleOf } from '../core/moduleOf.ts';
import type { Sublayer } from '../models/architecture.ts';
import { bottleneck, bottleneckTensors, type BottleneckInit } from './bottleneck.ts';
import { layerProblems, layersBut, layersField, layersOf } from './layers.ts';
import type { Method, ModelInfo } from './method.ts';
import { python } from './torch/adapter.ts';

const fields = z
  .strictObject({
    at: z
      .array(z.enum(['attention', 'ffn']))
      .min(1)
      .default(['ffn'])
      .meta({ help: 'The sub-layers that it stands at.', source: 'Houlsby et al. 2019 has both' }),
    form: z.enum(['sequential', 'parallel']).default('sequential').meta({
      help: "Whether it reads the sub-layer's output, before the residual addition, or its input.",
      source: 'He et al. 2022',
    }),
    style: z
      .enum(['houlsby', 'pfeiffer'])
      .default('houlsby')
      .meta({
        help:
          'What a sequential adapter reads: the output itself, or the output behind the residual addition and its norm, which then ' +
          'follows once more.',
        source: 'Houlsby et al. 2019; Pfeiffer et al. 2021, at ffn alone',
      }),
    bottleneck: z.int().min(1).optional().meta({
      help: 'Width inside.',
      otherwise: "the model's width divided by `reduction_factor`",
    }),
    reduction_factor: z.number().min(1).default(16).meta({
      help: "The model's width divided by the width inside. `bottleneck` overrides it.",
      source: 'AdapterHub',
    }),
    non_linearity: z.enum(['relu', 'gelu', 'gelu_new', 'silu', 'tanh']).default('relu').meta({
      help: 'The function inside.',
      source: 'Pfeiffer et al. 2021 and He et al. 2022; Houlsby et al. gelu',
    }),
    scaling: z
      .union([z.number().gt(0), z.literal('learned')])
      .default(1)
      .meta({
        help: 'Factor on what it adds; `learned` is one number for each place, which starts at 1.',
        source: 'He et al. 2022: 4 for summarisation, 2 for GLUE',
        expected: 'a number above 0, or learned',
      }),
    init_weights: z
      .enum(['bert', 'lora'])
      .optional()
      .meta({
        help:
          'How its matrices start: `bert` normal with standard deviation 0.02; `lora` so that it adds nothing at first. Biases ' +
          'start at 0.',
        source: 'He et al. 2022, AdapterHub',
        otherwise: '`bert` for a sequential, `lora` for a parallel adapter',
      }),
    dropout: z.number().min(0).max(0.99).default(0).meta({ help: 'Dropout inside, while training.' }),
    layers: layersField,
  })
  .superRefine(({ at, form, style }, context) => {
    const fault = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (new Set(at).size < at.length) fault('at', 'a sub-layer stands twice in the list');
    if (style === 'pfeiffer' && form === 'parallel')
      fault('style', 'a parallel adapter has no style; pfeiffer is for sequential ones');
    if (style === 'pfeiffer' && at.includes('attention'))
      fault('style', 'pfeiffer is for adapters at ffn alone; this one stands at attention');
  });

export type AdapterFields = z.output<typeof fields>;

/** Bottleneck adapters: h + s A(h) (Houlsby et al. 2019), h + s A(norm(h + x)) (Pfeiffer et al. 2021), or h + s A(x) (He et al. 2022) for a sub-layer h of x. */
export const adapter: Method<AdapterFields> = {
  id: 'adapter',
  title: 'Adapter',
  help: 'Adds small trained networks behind or beside the sub-layers of the layers.',
  source: 'arXiv 1902.00751, 2005.00247 and 2110.04366',
  learningRate: { default: 1e-3, range: [1e-4, 3e-3] },
  fields,
  budget: 'bottleneck',
  several: true,
  check: ({ bottleneck: width = 1, layers }, { shape }) => {
    const message = `expected at most ${shape.hiddenSize}, the model's width, found ${width}`;
    return [
      ...(width > shape.hiddenSize ? [{ field: 'bottleneck', message }] : []),
      ...layerProblems(layers, shape.layers),
    ];
  },
  declare: (given, model) =>
    placesOf(given, model).flatMap(({ path, at, layer }) =>
      tensorsAt(path, given, model).map((tensor) => ({
        ...tensor,
        part: at,
        layer,
        method: adapter.id,
        stored: true,
      })),
    ),
  dropoutSites: (given, model) =>
    placesOf(given, model).map(({ path }) => ({
      name: path,
      rate: given.dropout,
      shape: ['B', 'S', widthOf(given, model)],
    })),
  hooks: (given, model, { parameters, dropout }) => {
    const paths = new Map(placesOf(given, model).map((place) => [keyOf(place), place.path]));
    return {
      sublayer: (place, { input, output, addNorm }) => {
        const path = paths.get(keyOf(place));
        if (path === undefined) return output;
        const behind = given.style === 'pfeiffer' ? addNorm(output) : output;
        const added = bottleneck(path, given.form === 'parallel' ? input : behind, {
          parameters,
          activation: given.non_linearity,
          scaling: given.scaling,
          dropout: (x) => dropout(path, x),
        });
        return tf.add(output, added);
      },
    };
  },
  adapterHub: {
    refusal: ({ form }, { architecture }) =>
      form === 'parallel' && architecture.sublayerModules({ layer: 0, at: 'ffn' }).norm === null
        ? "AdapterHub's parallel adapter reads the residual stream of this model, but the run's what the sub-layer reads, behind the norm"
        : undefined,
    config: (given, model) => ({
      mh_adapter: given.at.includes('attention'),
      output_adapter: given.at.includes('ffn'),
      reduction_factor: reductionTo(widthOf(given, model), model),
      non_linearity: given.non_linearity,
      original_ln_before: given.style === 'pfeiffer',
      original_ln_after: true,
      residual_before_ln: true,
      init_weights: (given.init_weights ?? defaultInit(given)) === 'bert' ? 'bert' : 'mam_adapter',
      is_parallel: given.form === 'parallel',
      scaling: given.scaling,
      dropout: given.dropout,
      leave_out: layersBut(given.layers, model.shape.layers),
    }),
    tensors: (given, model, name) =>
      Object.fromEntries(
        placesOf(given, model).flatMap(({ path, layer, at }) => {
          const { basePrefix, sublayerModules } = model.architecture;
          const owner = `${basePrefix}${sublayerModules({ layer, at }).adapterHub}.adapters.${name}`;
          return tensorsAt(path, given, model).map((tensor) => {
            const inside = tensor.name
              .slice(path.length)
              .replace('.down.', '.adapter_down.0.')
              .replace('.up.', '.adapter_up.');
            const shape = tensor.shape.length === 0 ? [1] : tensor.shape;
            return [tensor.name, { keys: [owner + inside], shape }];
          });
        }),
      ),
  },
  torch: {
    python,
    imports: ['from transformers.activations import ACT2FN'],
    arguments: (given, model) => ({
      places: placesOf(given, model).map(({ path, layer, at }) => {
        const { linear, sublayerModules } = model.architecture;
        const { output, residual, norm } = sublayerModules({ layer, at });
        const input =
          given.form === 'parallel' ? linear(layer, at === 'attention' ? 'query' : 'ffn_in') : residual;
        return { path, input, output, norm };
      }),
      reads: given.form === 'parallel' ? 'input' : given.style === 'pfeiffer' ? 'sum' : 'output',
      activation: given.non_linearity,
      scaling: given.scaling,
    }),
  },
};

/** Where it stands, in file order; `path` begins the names of its tensors there. */
function placesOf(
  { at, form, layers }: AdapterFields,
  { architecture, shape }: ModelInfo,
): (Sublayer & { path: string })[] {
  const outputs = { attention: 'attention_output', ffn: 'ffn_out' } as const;
  return layersOf(layers, shape.layers).flatMap((layer) =>
    (['attention', 'ffn'] as const)
      .filter((each) => at.includes(each))
      .map((each) => {
        const output = architecture.linear(layer, outputs[each]);
        return { layer, at: each, path: `${moduleOf(output)}.adapter.${form}` };
      }),
  );
}

function tensorsAt(path: string, given: AdapterFields, model: ModelInfo) {
  return bottleneckTensors(path, {
    d: model.shape.hiddenSize,
    r: widthOf(given, model),
    init: given.init_weights ?? defaultInit(given),
    learnsScale: given.scaling === 'learned',
  });
}

function defaultInit({ form }: AdapterFields): BottleneckInit {
  return form === 'sequential' ? 'bert' : 'lora';
}

/** A factor by which the library gets at this width: it divides the model's by it and rounds down. */
function reductionTo(width: number, { shape: { hiddenSize: d } }: ModelInfo): number {
  return d % width === 0 ? d / width : d / (width + 0.5);
}

function widthOf(given: AdapterFields, { shape }: ModelInfo): number {
  return given.bottleneck ?? Math.max(1, Math.floor(shape.hiddenSize / given.reduction_factor));
}

function keyOf({ layer, at }: Sublayer): string {
  return `${layer} ${at}`;
}
