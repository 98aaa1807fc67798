import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { internal } from '../core/errors.ts';
import type { HostTensors } from '../core/tensor.ts';
import { writeFileAtomically, writeFolderAtomically, writeJson } from '../files/atomicWrite.ts';
import { untrainedPooler } from './errors.ts';
import { findFile } from './files.ts';
import type { ModelFolder } from './modelFolder.ts';
import { writeTensorStream } from './safetensors.ts';

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

export interface MergedExport {
  readonly model: ModelFolder;
  /** What the run trained, by canonical name: tensors that replace the base model's, and the head. */
  readonly tensors: HostTensors;
  /** In the order of their ids. */
  readonly labels: readonly string[];
}

/**
 * Writes a folder that Transformers' sequence classification class loads without PEFT: float32 weights under today's
 * names, config.json with the labels, the tokenizer's files. Base tensors are copied one at a time.
 * @throws Refusal for a pooler that neither model nor run has; UserError where `dir` is in use; RunFailure when the system refuses.
 */
export async function writeMergedFolder(
  dir: string,
  { model, tensors, labels }: MergedExport,
): Promise<void> {
  const { architecture, shape } = model;
  const random = model.missing.filter((name) => !tensors.has(name));
  if (random.length > 0) throw untrainedPooler('merged', random);

  const base = new Map(architecture.tensors(shape).map((tensor) => [tensor.name, tensor.shape]));
  const head = [...tensors]
    .filter(([name]) => !base.has(name))
    .map(([name, tensor]) => [name, tensor.shape] as const);
  const declared = new Map(
    [...base, ...head].map(([name, size]) => [nameInFile(name), { dtype: 'float32' as const, shape: size }]),
  );
  const canonical = new Map([...base, ...head].map(([name]) => [nameInFile(name), name]));
  function nameInFile(name: string): string {
    return base.has(name) ? architecture.basePrefix + name : name;
  }
  const fetch = async (fileName: string) => {
    const name = canonical.get(fileName)!;
    return tensors.get(name) ?? (await model.load([name])).get(name) ?? internal(`${name} was not loaded`);
  };

  await writeFolderAtomically(dir, async (beside) => {
    await writeTensorStream(join(beside, 'model.safetensors'), declared, fetch, { format: 'pt' });
    await writeJson(join(beside, 'config.json'), mergedConfig(model, labels));
    for (const name of TOKENIZER_FILES) {
      const file = await findFile(model.dir, name);
      if (file === undefined) continue;
      await writeFileAtomically(join(beside, name), async (handle) => handle.writeFile(await readFile(file)));
    }
  });
}

function mergedConfig({ config, architecture }: ModelFolder, labels: readonly string[]): object {
  return {
    ...config,
    _name_or_path: undefined,
    dtype: undefined, // the younger spelling of torch_dtype
    architectures: [architecture.classes.sequenceClassification],
    id2label: Object.fromEntries(labels.map((label, id) => [id, label])),
    label2id: Object.fromEntries(labels.map((label, id) => [label, id])),
    problem_type: 'single_label_classification',
    torch_dtype: 'float32',
  };
}
