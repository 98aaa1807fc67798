import { join } from 'node:path';
import type { HostTensors } from '../core/tensor.ts';
import type { ModelTensor } from '../models/architecture.ts';
import { writeFolderAtomically, writeJson } from '../files/atomicWrite.ts';
import {
  headAloneHasNoPeftType,
  missingFile,
  noPeftType,
  notLnTuning,
  pickledWeights,
  unknownAdapterTensor,
  untrainedPooler,
  wrongShape,
} from './errors.ts';
import { findFile, readJsonObject } from './files.ts';
import { sameShape, type ModelConfig, type ModelFolder } from './modelFolder.ts';
import { readHeader, readTensors, writeSafetensors } from './safetensors.ts';

const CONFIG = 'adapter_config.json';
const WEIGHTS = 'adapter_model.safetensors';
const LARGEST_CONFIG = 10_000_000;

/** What PEFT puts in front of the path of a module; tensors of LN_TUNING have a further segment before `weight` or `bias`. */
const ROOT = 'base_model.model.';
const LN_SEGMENT = 'ln_tuning_layers.';

export interface PeftExport {
  readonly model: ModelFolder;
  /** What the run trained, by canonical name: norms, the head, and the pooler where the base model has none. */
  readonly tensors: HostTensors;
  /** `base_model_name_or_path` and `revision` of the configuration. */
  readonly baseModel: string | null;
  readonly revision?: string;
}

/**
 * Writes an adapter that `PeftModel.from_pretrained` loads onto Transformers' sequence classification class (HF PEFT 0.11
 * and later, `LN_TUNING`). PEFT replaces whole norms, so one of which only the gain or the bias was trained gets the base
 * model's value for the other. @throws Refusal where PEFT has no such type; UserError where `dir` is in use.
 */
export async function writePeftFolder(
  dir: string,
  { model, tensors, baseModel, revision }: PeftExport,
): Promise<void> {
  const norms = peftNorms(model, tensors);
  const { architecture } = model;
  const base = baseTensors(model);
  const untrained = norms
    .flatMap((norm) => [`${norm}.weight`, `${norm}.bias`])
    .filter((name) => !tensors.has(name));
  const all = new Map([...(await model.load(untrained)), ...tensors]);
  const keyOf = (name: string) => {
    if (!base.has(name)) return ROOT + name;
    const path = ROOT + architecture.basePrefix + name;
    return isNorm(base.get(name)) ? path.replace(/[^.]+$/, LN_SEGMENT + '$&') : path;
  };
  const saved = new Map([...all].map(([name, tensor]) => [keyOf(name), tensor]));
  const config = {
    auto_mapping: null,
    base_model_name_or_path: baseModel,
    exclude_modules: null,
    inference_mode: true,
    // The first two are what PEFT adds for SEQ_CLS by itself.
    modules_to_save: [
      'classifier',
      'score',
      ...([...tensors.keys()].some((name) => isPooler(base.get(name))) ? ['pooler'] : []),
    ],
    peft_type: 'LN_TUNING',
    revision: revision ?? null,
    // Full paths: the bare word "LayerNorm" would also match the norm of a masked-language-model head.
    target_modules: norms,
    task_type: 'SEQ_CLS',
  };
  await writeFolderAtomically(dir, async (beside) => {
    await writeSafetensors(join(beside, WEIGHTS), saved, { format: 'pt' });
    await writeJson(join(beside, CONFIG), config);
  });
}

/** The modules that an LN_TUNING adapter of these trained tensors has. @throws Refusal where PEFT has no such type */
export function peftNorms(model: ModelFolder, tensors: HostTensors): string[] {
  const base = baseTensors(model);
  const trained = [...tensors.keys()];
  const others = trained.filter((name) => {
    const tensor = base.get(name);
    return tensor !== undefined && !isNorm(tensor) && !isPooler(tensor);
  });
  if (others.length > 0) throw noPeftType(others);
  const norms = [...new Set(trained.filter((name) => isNorm(base.get(name))).map(moduleOf))];
  if (norms.length === 0) throw headAloneHasNoPeftType();
  const random = model.missing.filter((name) => !tensors.has(name));
  if (random.length > 0) throw untrainedPooler('peft', random);
  return norms;
}

/**
 * Reads an LN_TUNING adapter, ours or PEFT's, for a model: float32 tensors by canonical name, which replace the base
 * model's, and the head's. @throws UserError for another type, a pickle, or tensors that do not fit the model.
 */
export async function readPeftFolder(
  dir: string,
  { architecture, shape }: ModelConfig,
): Promise<HostTensors> {
  const config = join(dir, CONFIG);
  const { peft_type: type } = await readJsonObject(config, LARGEST_CONFIG);
  if (type !== 'LN_TUNING') throw notLnTuning(config, type);
  const file = await findFile(dir, WEIGHTS);
  if (file === undefined) {
    const pickle = await findFile(dir, 'adapter_model.bin');
    throw pickle === undefined ? missingFile(join(dir, WEIGHTS)) : pickledWeights(pickle);
  }
  const shapes = new Map(architecture.tensors(shape).map((tensor) => [tensor.name, tensor.shape]));
  const tensors: HostTensors = new Map();
  for (const [key, tensor] of await readTensors(await readHeader(file))) {
    if (!key.startsWith(ROOT)) throw unknownAdapterTensor(file, key);
    const path = key.slice(ROOT.length).replace(LN_SEGMENT, '');
    const inBase = path.startsWith(architecture.basePrefix);
    const name = inBase ? path.slice(architecture.basePrefix.length) : path;
    const expected = shapes.get(name);
    if (inBase && expected === undefined) throw unknownAdapterTensor(file, key);
    if (expected !== undefined && !sameShape(tensor.shape, expected))
      throw wrongShape(file, key, expected, tensor.shape);
    tensors.set(name, tensor);
  }
  return tensors;
}

function baseTensors({ architecture, shape }: ModelConfig): ReadonlyMap<string, ModelTensor> {
  return new Map(architecture.tensors(shape).map((tensor) => [tensor.name, tensor]));
}

const isNorm = (tensor: ModelTensor | undefined) => tensor?.role === 'gain' || tensor?.role === 'norm_bias';
const isPooler = (tensor: ModelTensor | undefined) => tensor?.part === 'pooler';

/** `a.b` of `a.b.weight`. */
function moduleOf(name: string): string {
  return name.slice(0, name.lastIndexOf('.'));
}
