import { join } from 'node:path';
import { missingFile, pickledWeights, unknownAdapterTensor, wrongShape } from '../checkpoints/errors.ts';
import { findFile, readJsonObject } from '../checkpoints/files.ts';
import { sameShape, type ModelConfig } from '../checkpoints/modelFolder.ts';
import { readHeader, readTensors } from '../checkpoints/safetensors.ts';
import type { HostTensors } from '../core/tensor.ts';
import type { Method, PeftForm } from '../peft/method.ts';
import { methods } from '../peft/registry.ts';
import { otherPeftConfig, unknownPeftType } from './errors.ts';
import { CONFIG, WEIGHTS } from './peftKeys.ts';

const LARGEST_CONFIG = 10_000_000;

export interface PeftAdapter {
  /** The method of the adapter's type, and those whose modules PEFT keeps beside it; in registry order. */
  readonly methods: readonly { readonly id: string; readonly fields: unknown }[];
  /** float32, by canonical name: the methods' and the head's. */
  readonly tensors: HostTensors;
}

/** A method with its form in PEFT and the fields that it had there. */
interface Found {
  readonly method: Method;
  readonly form: PeftForm;
  readonly fields: unknown;
}

/** A tensor of the file, and what it is here. */
interface Slot {
  readonly name: string;
  /** In the file. */
  readonly shape: readonly number[];
  readonly canonicalShape: readonly number[];
}

/**
 * Reads an adapter, ours or PEFT's, for a model.
 * @throws UserError for a type or a configuration that no method has, a pickle, or tensors that do not fit the model.
 */
export async function readPeftFolder(dir: string, model: ModelConfig): Promise<PeftAdapter> {
  const configFile = join(dir, CONFIG);
  const config = await readJsonObject(configFile, LARGEST_CONFIG);
  const known = Object.values(methods).flatMap((method) =>
    method.peft === undefined ? [] : [{ method, form: method.peft }],
  );
  const main = known.find(({ form }) => form.type === config.peft_type);
  if (main === undefined) {
    const types = known.map(({ form }) => form.type);
    throw unknownPeftType(configFile, types, config.peft_type);
  }
  const file = await weightFile(dir);
  const header = await readHeader(file);
  const shapes = new Map([...header.tensors].map(([key, { shape }]) => [key, shape]));
  const [typed, ...beside] = [main, ...known.filter((each) => each !== main && each.form.wholeModules)].map(
    ({ method, form }): Found => {
      const meant = form.fields(config, shapes, model);
      if ('fault' in meant) throw otherPeftConfig(configFile, meant.fault);
      return { method, form, fields: validFields(configFile, method, meant.fields, model) };
    },
  );
  const slots = slotsOf(typed, beside, model);
  const ofBase = typed.form.root + model.architecture.basePrefix;
  const tensors: HostTensors = new Map();
  for (const [key, tensor] of await readTensors(header)) {
    const slot = slots.get(key);
    if (slot !== undefined) {
      if (!sameShape(tensor.shape, slot.shape)) throw wrongShape(file, key, slot.shape, tensor.shape);
      tensors.set(slot.name, { ...tensor, shape: slot.canonicalShape });
    } else if (key.startsWith(typed.form.root) && !key.startsWith(ofBase)) {
      tensors.set(key.slice(typed.form.root.length), tensor); // the head's
    } else throw unknownAdapterTensor(file, key);
  }
  const used = beside.filter(({ form, fields }) =>
    Object.keys(form.tensors(fields, model)).some((name) => tensors.has(name)),
  );
  const order = Object.keys(methods);
  return {
    methods: [typed, ...used]
      .map(({ method: { id }, fields }) => ({ id, fields }))
      .sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id)),
    tensors,
  };
}

/** @throws UserError where there is none, or only a pickle */
async function weightFile(dir: string): Promise<string> {
  const file = await findFile(dir, WEIGHTS);
  if (file !== undefined) return file;
  const pickle = await findFile(dir, 'adapter_model.bin');
  throw pickle === undefined ? missingFile(join(dir, WEIGHTS)) : pickledWeights(pickle);
}

/** @throws UserError for a configuration whose values the method does not take */
function validFields(file: string, method: Method, fields: unknown, model: ModelConfig): unknown {
  const parsed = method.fields.safeParse(fields);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    throw otherPeftConfig(file, `${path.join('.')}: ${message}`);
  }
  for (const { field, message } of method.check(parsed.data, model))
    throw otherPeftConfig(file, `${field}: ${message}`);
  return parsed.data;
}

/** By PEFT's keys: tensors of the adapter's type, of modules that are kept whole beside it, and of the pooler. */
function slotsOf(typed: Found, beside: readonly Found[], model: ModelConfig): ReadonlyMap<string, Slot> {
  const { architecture, shape } = model;
  const base = new Map(architecture.tensors(shape).map((tensor) => [tensor.name, tensor.shape]));
  const declared = new Map(
    typed.method.declare(typed.fields, model).map((tensor) => [tensor.name, tensor.shape]),
  );
  const whole = [
    ...beside.flatMap(({ form, fields }) => Object.keys(form.tensors(fields, model))),
    ...architecture.sequenceHead.ofBase,
  ].map((name): [string, Slot] => {
    const size = base.get(name)!;
    return [typed.form.root + architecture.basePrefix + name, { name, shape: size, canonicalShape: size }];
  });
  const own = Object.entries(typed.form.tensors(typed.fields, model)).map(([name, kept]): [string, Slot] => [
    kept.key,
    { name, shape: kept.shape, canonicalShape: declared.get(name) ?? base.get(name) ?? kept.shape },
  ]);
  return new Map([...whole, ...own]);
}
