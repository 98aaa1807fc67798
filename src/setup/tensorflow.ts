import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../core/errors.ts';
import { recordFile } from '../engine/tensorflowPackage.ts';
import { writeFileAtomically, writeFolderAtomically } from '../files/atomicWrite.ts';
import { buildTensorflow } from './buildTensorflow.ts';
import { doesNotWork, notHere, tooLittleSpace } from './errors.ts';
import { TENSORFLOW_VERSION, type Flavour } from './tensorflowRecipe.ts';
import { findTools } from './tools.ts';
import type { ToolOptions } from './tool.ts';

/** `T`: what a step showed. */
export interface SetupContext<T> extends Pick<ToolOptions, 'env' | 'signal'> {
  /** Where it is built, and where it is written down: see setupFolder. */
  readonly folder: string;
  /** Says what is done now. */
  readonly report: (line: string) => void;
  /** Runs a training step on the package in a folder. @throws Error where that fails */
  readonly verify: (dir: string) => Promise<T>;
}

/** The folder that a flavour is built in; another version is another folder. */
export function buildFolder(folder: string, flavour: Flavour): string {
  return join(folder, `tensorflow-${TENSORFLOW_VERSION}-${flavour.id}`);
}

/**
 * Builds the package where it is not built yet, runs a step on it, and writes down where it is.
 * @throws UserError for what this machine lacks; RunFailure where it was built and does not work. Nothing is left then.
 */
export async function setUpTensorflow<T extends object>(
  flavour: Flavour,
  context: SetupContext<T>,
): Promise<T & { dir: string }> {
  const place = buildFolder(context.folder, flavour);
  if (!existsSync(place)) await build(flavour, place, context);
  const dir = join(place, 'node_modules', flavour.binding);
  context.report('Running training steps');
  const shown = await verified(dir, place, context);
  await record(context.folder, dir);
  return { ...shown, dir };
}

/** What does not work is not kept: the next attempt builds it anew. */
async function verified<T>(dir: string, place: string, { verify, signal }: SetupContext<T>): Promise<T> {
  try {
    return await verify(dir);
  } catch (error) {
    signal.throwIfAborted();
    await rm(place, { recursive: true, force: true });
    throw doesNotWork(dir, messageOf(error));
  }
}

async function record(folder: string, dir: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFileAtomically(recordFile(folder), (handle) => handle.writeFile(`${dir}\n`));
}

async function build(flavour: Flavour, place: string, context: SetupContext<unknown>): Promise<void> {
  const platform = `${process.platform} on ${process.arch}`;
  if (platform !== 'linux on x64') throw notHere(platform);
  const tools = await findTools(context);
  await mkdir(context.folder, { recursive: true });
  await removeLeftovers(context.folder);
  const { bavail, bsize } = await statfs(context.folder);
  if (bavail * bsize < flavour.spaceBytes)
    throw tooLittleSpace(context.folder, flavour.spaceBytes, bavail * bsize);
  await writeFolderAtomically(place, (beside) => buildTensorflow(beside, flavour, tools, context));
}

/** Of set-ups that were killed: folders beside their place that nobody has touched for an hour. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const leftover = join(folder, name);
    if (!/^\.tensorflow-.+\.[0-9a-f]{8}$/.test(name)) continue;
    const { mtimeMs } = await stat(leftover);
    if (Date.now() - mtimeMs > 3_600_000) await rm(leftover, { recursive: true, force: true });
  }
}
