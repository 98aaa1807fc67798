import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSafetensors } from '../checkpoints/safetensors.ts';
import type { JsonObject } from '../core/json.ts';
import type { HostTensors } from '../core/tensor.ts';
import { writeFileAtomically, writeFolderAtomically, writeJson } from '../files/atomicWrite.ts';
import type { AdapterHubForm } from '../peft/method.ts';
import { isMergeable } from '../program/merge.ts';
import type { ExportForm, ExportRequest, LearntBy } from './form.ts';
import { writeMergedModel } from './merged.ts';
import { FOLDER_OF_CARD, writeModelCard } from './modelCard.ts';
import { hubSource, quoted } from './python.ts';
import {
  classNameOf,
  configArguments,
  outputLabels,
  unlikeClass,
  withoutBase,
  tokenizerLines,
} from './transformersClass.ts';

/** Of the library whose files these are like. */
const VERSION = 'adapters.1.3.0';

/**
 * An adapter for the library of AdapterHub, with the head where it has tensors; several methods are a union there. What the library has
 * not but the base model's own tensors can hold is merged into these: then the folder holds that model in `base` and the rest in `adapter`.
 */
export const adapterhub: ExportForm = {
  id: 'adapterhub',
  help: 'an adapter of AdapterHub',
  namesBase: true,
  refusal: (request) => {
    const baseless = withoutBase(request);
    if (baseless !== undefined) return baseless;
    const { kept, merging } = shareOut(request);
    if (merging.length + kept.length === 0) return 'AdapterHub has no adapter that is the head alone';
    const why = (uses: readonly LearntBy[]) =>
      uses.map((use) => reasonOf(use, request)).find((reason) => reason !== undefined);
    const lasting = merging.filter(({ method }) => !isMergeable(method));
    if (lasting.length > 0) return why(lasting);
    if (kept.length === 0) return why(merging) ?? `AdapterHub takes one of ${titles(merging)} alone`;
    return conflict(kept, request) ?? unlikeClass(request);
  },
  write: async (request) => {
    const { dir } = request;
    const hasBase = changesBase(request);
    await writeFolderAtomically(dir, async (beside) => {
      const adapter = hasBase ? join(beside, 'adapter') : beside;
      if (hasBase) {
        await Promise.all([mkdir(adapter), mkdir(join(beside, 'base'))]);
        await writeMergedModel(join(beside, 'base'), baseOf(request));
      }
      await writeFiles(adapter, request);
      await writeModelCard(beside, request, {
        library: 'adapter-transformers',
        howToLoad: snippetOf(request, FOLDER_OF_CARD),
      });
    });
    return snippetOf(request, dir);
  },
};

interface Shares {
  /** What the adapter keeps. */
  readonly kept: readonly LearntBy[];
  /** What the base model is to hold. */
  readonly merging: readonly LearntBy[];
}

/**
 * The adapter keeps what the library has. Of methods that act on the same linear maps those that come first act inside of the later ones,
 * so they are merged where a later one must be; and where the library takes one of two alone, both are merged.
 */
function shareOut(request: ExportRequest): Shares {
  const { learntBy, model } = request;
  const isForeign = (use: LearntBy) => reasonOf(use, request) !== undefined;
  const onLinearMaps = learntBy.filter(({ method }) => method.merge !== undefined);
  const clash = onLinearMaps.filter(
    (use) =>
      !isForeign(use) &&
      onLinearMaps.some((other) => other !== use && !isForeign(other) && areOne(use, other, model)),
  );
  const last = Math.max(
    -1,
    ...onLinearMaps.flatMap((use, at) => (isForeign(use) || clash.includes(use) ? [at] : [])),
  );
  const merging = learntBy.filter((use) => {
    const at = onLinearMaps.indexOf(use);
    return isForeign(use) || (at >= 0 && at <= last);
  });
  return { kept: learntBy.filter((use) => !merging.includes(use)), merging };
}

/** Why the library does not have it, if so. */
function reasonOf({ method, fields }: LearntBy, { model }: ExportRequest): string | undefined {
  if (method.adapterHub === undefined) return `AdapterHub has no ${method.title}`;
  return method.adapterHub.refusal?.(fields, model);
}

/** Whether the library takes one of the two alone: those of one architecture, save adapters of which one stands at attention, one at ffn. */
function areOne(a: LearntBy, b: LearntBy, model: ExportRequest['model']): boolean {
  const [first, second] = [a, b].map(({ method, fields }) => method.adapterHub?.config(fields, model));
  if (first === undefined || second === undefined || first.architecture !== second.architecture) return false;
  return (
    first.architecture !== undefined ||
    first.mh_adapter === second.mh_adapter ||
    first.output_adapter === second.output_adapter
  );
}

function conflict(kept: readonly LearntBy[], { model }: ExportRequest): string | undefined {
  const at = kept.findIndex((use, i) => kept.slice(0, i).some((other) => areOne(use, other, model)));
  if (at < 0) return undefined;
  return `AdapterHub has one ${kept[at].method.title} at a place, but the run has several`;
}

/** What the merged base holds: everything but what the adapter keeps. */
function baseOf(request: ExportRequest): ExportRequest {
  const { kept, merging } = shareOut(request);
  const inAdapter = new Set(kept.flatMap((use) => Object.keys(tensorsOf(use, request))));
  const tensors = new Map([...request.adapter.tensors].filter(([name]) => !inAdapter.has(name)));
  return { ...request, learntBy: merging, adapter: { ...request.adapter, tensors } };
}

function changesBase(request: ExportRequest): boolean {
  const { architecture, shape } = request.model;
  const names = architecture.tensors(shape).map(({ name }) => name);
  return (
    shareOut(request).merging.length > 0 || names.some((name) => baseOf(request).adapter.tensors.has(name))
  );
}

async function writeFiles(folder: string, request: ExportRequest): Promise<void> {
  const { model, adapter } = request;
  const { kept } = shareOut(request);
  const values: HostTensors = new Map();
  for (const use of kept) {
    for (const [name, { keys, shape }] of Object.entries(tensorsOf(use, request))) {
      for (const key of keys) values.set(key, { ...adapter.tensors.get(name)!, shape });
    }
  }
  const declared = new Set(
    request.learntBy.flatMap(({ method, fields }) => method.declare(fields, model).map(({ name }) => name)),
  );
  const own = new Set(model.architecture.tensors(model.shape).map(({ name }) => name));
  const head = new Map([...adapter.tensors].filter(([name]) => !declared.has(name) && !own.has(name)));
  const configs = kept.map(({ method, fields }) => method.adapterHub!.config(fields, model));
  const common = {
    hidden_size: model.shape.hiddenSize,
    model_class: classNameOf(request),
    model_name: request.baseModel.id ?? adapter.base.model,
    model_type: model.architecture.id,
    version: VERSION,
  };
  const labels = outputLabels(request);
  const config = configs.length === 1 ? configs[0] : { architecture: 'union', configs };
  await writeSafetensors(join(folder, 'adapter.safetensors'), values, { format: 'pt' });
  await writeFileAtomically(join(folder, 'adapter_config.json'), (handle) =>
    handle.writeFile(withFloats({ config, ...common, name: nameOf(request) })),
  );
  if (head.size === 0) return;
  await writeSafetensors(join(folder, 'model_head.safetensors'), head, { format: 'pt' });
  await writeJson(join(folder, 'head_config.json'), {
    config: null,
    ...common,
    label2id: Object.fromEntries(labels.map((label, id) => [label, id])),
    name: null,
    num_labels: labels.length,
  });
}

function tensorsOf(
  { method, fields }: LearntBy,
  request: ExportRequest,
): ReturnType<AdapterHubForm['tensors']> {
  return method.adapterHub!.tensors(fields, request.model, nameOf(request));
}

/** JSON in which a fixed scale is a float for Python: the library refuses an int. */
function withFloats(config: JsonObject | object): string {
  return JSON.stringify(config, null, 2).replace(/("scaling": \d+)(?=[,\n])/g, '$1.0');
}

/** The adapter's name in a model, which also stands in its keys: without dots, which would part them. */
function nameOf({ adapter: { recipe, variant } }: ExportRequest): string {
  const name = recipe === variant ? recipe : `${recipe} ${variant}`;
  return name.replace(/[^A-Za-z0-9]+/g, '_');
}

function titles(uses: readonly LearntBy[]): string {
  return [...new Set(uses.map(({ method }) => method.title))].join(' and ');
}

function attentionOf(request: ExportRequest): string | undefined {
  return shareOut(request)
    .kept.map(({ method }) => method.adapterHub!.attention?.(request.model))
    .find((attention) => attention !== undefined);
}

function snippetOf(request: ExportRequest, folder: string): string {
  const { adapter, baseModel } = request;
  const name = classNameOf(request);
  const hasBase = changesBase(request);
  const source = hasBase
    ? quoted(`${folder}/base`)
    : hubSource({ ...baseModel, id: baseModel.id ?? adapter.base.model });
  const config = hasBase ? '' : configArguments(request);
  const attention = attentionOf(request);
  const [why, how] =
    attention === undefined
      ? ['', '']
      : [
          "# With other implementations of this model's attention the library computes something else.\n",
          `, attn_implementation=${quoted(attention)}`,
        ];
  return `import adapters
from transformers import AutoTokenizer, ${name}

${why}model = ${name}.from_pretrained(${source}${config}${how})
adapters.init(model)
model.load_adapter(${quoted(hasBase ? `${folder}/adapter` : folder)}, use_safetensors=True, set_active=True)
model.eval()  # modules that the library added start in training mode, with dropout
${tokenizerLines(request.model, source)}`;
}
