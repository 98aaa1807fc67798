import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findFile } from '../checkpoints/files.ts';
import { writeTensorStream } from '../checkpoints/safetensors.ts';
import { internal } from '../core/errors.ts';
import type { HostTensor } from '../core/tensor.ts';
import { writeFileAtomically, writeFolderAtomically, writeJson } from '../files/atomicWrite.ts';
import { isMergeable, mergeProgram } from '../program/merge.ts';
import type { ExportForm, ExportRequest } from './form.ts';
import { FOLDER_OF_CARD, writeModelCard } from './modelCard.ts';
import { quoted } from './python.ts';
import {
  classNameOf,
  outputLabels,
  unlikeClass,
  unusedTensors,
  tokenizerLines,
} from './transformersClass.ts';

/** Files that a tokenizer of Transformers may consist of. */
const TOKENIZER_FILES = [
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.txt',
  'vocab.json',
  'merges.txt',
];

/**
 * A folder that Transformers' class with a head loads without PEFT: float32 weights under today's names with the methods merged into them,
 * config.json with the labels, the tokenizer's files. Base tensors are written one at a time.
 */
export const merged: ExportForm = {
  id: 'merged',
  help: 'a whole Transformers model',
  namesBase: false,
  refusal: (request) => {
    const lasting = request.learntBy.filter(({ method }) => !isMergeable(method));
    if (lasting.length > 0) {
      const names = [...new Set(lasting.map(({ method }) => method.title))];
      return `the base model's own tensors cannot hold what ${names.join(' and ')} learnt`;
    }
    return unlikeClass(request);
  },
  write: async (request) => {
    const { dir } = request;
    const snippet = (folder: string) => snippetOf(request, folder);
    await writeFolderAtomically(dir, async (beside) => {
      await writeMergedModel(beside, request);
      await writeModelCard(beside, request, {
        library: 'transformers',
        howToLoad: snippet(FOLDER_OF_CARD),
      });
    });
    return snippet(dir);
  },
};

/** Writes the model with the methods merged into it, and its tokenizer, into a folder that is there. */
export async function writeMergedModel(folder: string, request: ExportRequest): Promise<void> {
  const { model } = request;
  await writeWeights(join(folder, 'model.safetensors'), request);
  await writeJson(join(folder, 'config.json'), configOf(request, outputLabels(request)));
  for (const name of TOKENIZER_FILES) {
    const file = await findFile(model.dir, name);
    if (file === undefined) continue;
    await writeFileAtomically(join(folder, name), async (handle) => handle.writeFile(await readFile(file)));
  }
}

async function writeWeights(file: string, request: ExportRequest): Promise<void> {
  const { model, adapter, learntBy, compute } = request;
  const { architecture, shape } = model;
  const unused = unusedTensors(request);
  const base = architecture.tensors(shape).filter(({ name }) => !unused.includes(name));
  const ofMethods = new Set(
    learntBy.flatMap(({ method, fields }) => method.declare(fields, model).map(({ name }) => name)),
  );
  const own = new Set(base.map(({ name }) => name));
  const head = [...adapter.tensors]
    .filter(([name]) => !own.has(name) && !ofMethods.has(name))
    .map(([name, tensor]) => ({ name, shape: tensor.shape }));
  const valueOf = async (name: string): Promise<HostTensor> =>
    adapter.tensors.get(name) ?? (await model.load([name])).get(name) ?? internal(`${name} was not loaded`);
  const mergedValueOf = async (tensor: { name: string; shape: readonly number[] }): Promise<HostTensor> => {
    const program = mergeProgram({ methods: learntBy, info: model }, tensor);
    if (program === undefined) return valueOf(tensor.name);
    const given = program.inputs.map(async ({ name }) => [name, await valueOf(name)] as const);
    const results = await compute(program, new Map(await Promise.all(given)));
    return results.get(tensor.name) ?? internal(`${program.name} gave nothing`);
  };
  const tensors = new Map([
    ...base.map((tensor) => [architecture.basePrefix + tensor.name, tensor] as const),
    ...head.map((tensor) => [tensor.name, tensor] as const),
  ]);
  const declared = new Map(
    [...tensors].map(([name, { shape }]) => [name, { dtype: 'float32' as const, shape }]),
  );
  await writeTensorStream(file, declared, (name) => mergedValueOf(tensors.get(name)!), { format: 'pt' });
}

function configOf(request: ExportRequest, labels: readonly string[]): object {
  const { config } = request.model;
  return {
    ...config,
    _name_or_path: undefined,
    dtype: undefined, // the younger spelling of torch_dtype
    architectures: [classNameOf(request)],
    ...(labels.length > 0 && {
      id2label: Object.fromEntries(labels.map((label, id) => [id, label])),
      label2id: Object.fromEntries(labels.map((label, id) => [label, id])),
    }),
    ...request.model.architecture.exportedConfig?.(request.model.shape),
    ...request.task.transformers.config,
    torch_dtype: 'float32',
  };
}

function snippetOf(request: ExportRequest, folder: string): string {
  const name = classNameOf(request);
  return `from transformers import AutoTokenizer, ${name}

model = ${name}.from_pretrained(${quoted(folder)})
${tokenizerLines(request.model, quoted(folder))}`;
}
