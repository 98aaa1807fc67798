import { join } from 'node:path';
import { z } from 'zod';
import type { HostTensors } from '../core/tensor.ts';
import { writeFolderAtomically, writeJson } from '../files/atomicWrite.ts';
import { badField, brokenManifest, newerFormat } from './errors.ts';
import { readJsonObject } from './files.ts';
import { readHeader, readTensors, writeSafetensors } from './safetensors.ts';

const FORMAT_VERSION = 1;
const LARGEST_MANIFEST = 10_000_000;

/** The adapter's file of tensors, in its folder. */
export const ADAPTER_TENSORS = 'adapter.safetensors';

const count = z.int().min(0);

const manifest = z.object({
  /** Name of the recipe, and of its variant. */
  recipe: z.string(),
  variant: z.string(),
  /** What the adapter belongs to: hub id or path, the seed of weights that are random, and their SHA-256 as `ModelFolder.hash` gives it. */
  base: z.object({
    model: z.string(),
    revision: z.string().optional(),
    weights: z.literal('random').optional(),
    seed: z.int().optional(),
    weightsSha256: z.string(),
  }),
  methods: z.array(z.object({ id: z.string(), fields: z.json() })),
  /** The recipe's task section with its labels in the order of their ids. */
  task: z.looseObject({ type: z.string(), labels: z.array(z.string()) }),
  parameters: z.object({ trained: count, stored: count, head: count }),
  /** At the best checkpoint: `validation/accuracy`. */
  metrics: z.record(z.string(), z.number()),
});

/** What `adapter.json` says, format version 1. */
export type AdapterManifest = z.output<typeof manifest>;

/** The product's own adapter: any union of methods, and the head. */
export interface Adapter extends AdapterManifest {
  /** Stored tensors, float32, by canonical name. */
  readonly tensors: HostTensors;
}

/** Writes `adapter.safetensors` and `adapter.json`. @throws UserError where `dir` is in use; RunFailure when the system refuses. */
export async function writeAdapter(dir: string, adapter: Adapter): Promise<void> {
  await writeFolderAtomically(dir, (beside) => writeAdapterFiles(beside, adapter));
}

/** Writes the two files into a folder that is there; `more` is what adapter.json says to others beside. */
export async function writeAdapterFiles(
  folder: string,
  { tensors, ...rest }: Adapter,
  more: object = {},
): Promise<void> {
  await writeSafetensors(join(folder, ADAPTER_TENSORS), tensors, {});
  await writeJson(join(folder, 'adapter.json'), { formatVersion: FORMAT_VERSION, ...rest, ...more });
}

/** @throws UserError for a folder that is not such an adapter, or was written by a newer version. */
export async function readAdapter(dir: string): Promise<Adapter> {
  const file = join(dir, 'adapter.json');
  const { formatVersion, ...rest } = await readJsonObject(file, LARGEST_MANIFEST);
  if (typeof formatVersion !== 'number') throw badField(file, 'formatVersion', 'a number', formatVersion);
  if (formatVersion > FORMAT_VERSION) throw newerFormat(file, FORMAT_VERSION, formatVersion);
  const parsed = manifest.safeParse(rest);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0];
    throw brokenManifest(file, path.join('.'), message);
  }
  const tensors = await readTensors(await readHeader(join(dir, ADAPTER_TENSORS)));
  return { ...parsed.data, tensors };
}
