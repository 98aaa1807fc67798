import { count } from '../core/display.ts';
import { linearRoles } from '../models/architecture.ts';
import { headOnly } from '../peft/headOnly.ts';
import type { Method } from '../peft/method.ts';
import { methods } from '../peft/registry.ts';
import { linearModules } from '../peft/targets.ts';
import { expand } from '../recipe/expand.ts';
import { dataFields, modelFields } from '../recipe/facts.ts';
import { cachedModels } from './cachedModels.ts';
import { rateText, type Offer } from './offer.ts';
import { fileOffers, modelFolderOffers } from './pathOffers.ts';
import { modelIn, type Surroundings } from './surroundings.ts';
import { dataOf, labelColumn, taskOf } from './taskData.ts';

/** Who knows the values of fields that name something outside of the schema, by the field's path. */
const sources: Readonly<Record<string, (around: Surroundings) => Offer[] | Promise<Offer[]>>> = {
  ...Object.fromEntries(modelFields.map((field) => [field, modelOffers])),
  revision: async ({ written, place }) =>
    (place ? await cachedModels(place.env) : [])
      .filter(({ id }) => id === modelIn(written)?.model)
      .map(({ revision }) => ({ value: revision, detail: 'in the cache' })),
  ...Object.fromEntries(dataFields.map((field) => [`task.${field}`, files])),
  'task.labels': async (around) => {
    const labels = await labelsOf(around);
    return labels.length === 0 ? [] : [{ value: [...labels], detail: 'all of the training data' }];
  },
  'task.labels.*': async (around) => (await labelsOf(around)).map((value) => ({ value, detail: 'label' })),
  'task.max_length': ({ model }) =>
    model === undefined
      ? []
      : [{ value: model.info.shape.maxPositions, detail: 'longest input of the model' }],
  'training.metric_for_best_model': (around) =>
    (taskOf(around)?.metrics ?? []).map((value) => ({ value, detail: 'metric of the task' })),
  'training.learning_rate': ({ written }) => [
    {
      value: headOnly.learningRate.default,
      text: rateText(headOnly.learningRate.default),
      detail: headOnly.title,
    },
    ...Object.keys(written('methods') ?? {}).flatMap((id) => ratesOf(methods[id])),
  ],
  'report.baseline': ({ caret: { tree } }) =>
    expand(tree).drafts.flatMap(({ label }) =>
      label === undefined ? [] : [{ value: label, detail: 'variant' }],
    ),
};

/** What is known beyond the schema of the values that can stand at the caret. */
export async function namedOffers(around: Surroundings): Promise<Offer[]> {
  const { path } = around;
  const pattern = path.map((step) => (typeof step === 'number' ? '*' : step)).join('.');
  if (Object.hasOwn(sources, pattern)) return sources[pattern](around);
  if (path[0] === 'task' && taskOf(around)?.columns.some(({ field }) => field === path[1]))
    return columns(around);
  return path[0] === 'methods' ? methodOffers(around) : [];
}

async function modelOffers({ caret: { word }, place }: Surroundings): Promise<Offer[]> {
  return place ? [...(await modelFolderOffers(word, place)), ...(await cachedOffers(place.env))] : [];
}

function methodOffers({ path, field, model, below, caret }: Surroundings): Offer[] {
  const id = path.filter((step) => Object.hasOwn(methods, step)).at(-1);
  if (id === undefined || field === undefined) return [];
  if (path.at(-1) === 'learning_rate') return ratesOf(methods[id]);
  const layers = model?.info.shape.layers;
  if (field.counts?.by === 'layer') return layers === undefined ? [] : rangeOffers(layers);
  if (field.type === 'integer' && typeof path.at(-1) === 'number')
    return Array.from({ length: layers ?? 0 }, (_, layer) => ({
      value: layer,
      detail: `layer of ${layers}`,
    }));
  // The lists of free texts in a method's section name linear maps.
  const isName =
    field.type === 'string' && field.enum === undefined && (typeof path.at(-1) === 'number' || caret.isItem);
  if (isName) return moduleOffers(model);
  const item = below(0);
  const isList = field.type === 'array' && item?.type === 'string' && item.enum === undefined;
  return isList ? moduleOffers(model).map((offer) => ({ ...offer, value: [offer.value] })) : [];
}

function rangeOffers(layers: number): Offer[] {
  const half = Math.floor(layers / 2);
  const ranges = [
    [0, layers - 1],
    [0, half - 1],
    [half, layers - 1],
  ].filter(([first, last]) => first <= last);
  return ranges.map(([first, last]) => ({
    value: `${first}-${last}`,
    detail: `${last - first + 1} of ${layers} layers`,
  }));
}

function moduleOffers(model: Surroundings['model']): Offer[] {
  if (model === undefined) return linearRoles.map((value) => ({ value, detail: 'linear map' }));
  const first = linearModules(model.info, 'all').filter(({ layer }) => layer === 0);
  return first.flatMap(({ roles, path, input, output }) => {
    const detail = `${input} to ${output}, in each of ${model.info.shape.layers} layers`;
    return [...roles, path.slice(path.indexOf('.0.') + 3)].map((value) => ({ value, detail }));
  });
}

function ratesOf(method: Method | undefined): Offer[] {
  if (method === undefined) return [];
  const { title, learningRate, otherLearningRate: other } = method;
  const offer = (value: number, detail: string) => ({
    value,
    text: rateText(value),
    detail: `${title}: ${detail}`,
  });
  const [low, high] = learningRate.range;
  return [
    offer(learningRate.default, 'default'),
    ...(other === undefined ? [] : [offer(other.default, `default ${other.when}`)]),
    offer(low, 'lowest worth searching'),
    offer(high, 'highest worth searching'),
  ];
}

async function cachedOffers(env: Parameters<typeof cachedModels>[0]): Promise<Offer[]> {
  const models = (await cachedModels(env)).filter(({ architecture }) => architecture !== undefined);
  return models.map(({ id, architecture, parameters }) => {
    return { value: id, detail: `${architecture}, ${count(parameters)} parameters, in the cache` };
  });
}

function files({ caret: { word }, place }: Surroundings): Offer[] | Promise<Offer[]> {
  return place ? fileOffers(word, place) : [];
}

async function columns(around: Surroundings): Promise<Offer[]> {
  const data = await dataOf(around, 'train');
  if (data === undefined) return [];
  return data.columns.map((value) => {
    const labels = data.values[value];
    const words = labels === undefined ? 'column' : `column with ${labels.length} different values`;
    return { value, detail: words };
  });
}

async function labelsOf(around: Surroundings): Promise<readonly string[]> {
  const column = labelColumn(around);
  const data = await dataOf(around, 'train');
  return column === undefined ? [] : (data?.values[column] ?? []);
}
