import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { recordedIn, recordFile } from '../engine/tensorflowPackage.ts';
import { writeFileAtomically, writeFolderAtomically } from '../files/atomicWrite.ts';
import { holdFile } from '../runs/heldFile.ts';
import { buildTensorflow } from './buildTensorflow.ts';
import { alreadyAtWork, keptThough, notHere, tooLittleSpace } from './errors.ts';
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
 * Builds the package where it is not built yet, runs a step on it, and writes down where it is. Of what it built, nothing is left where that
 * does not work; what was there before stays in any case.
 * @throws UserError for what this machine lacks; RunFailure where it cannot be built or does not work; Refusal while another process does this
 */
export async function setUpTensorflow<T extends object>(
  flavour: Flavour,
  context: SetupContext<T>,
): Promise<T & { dir: string }> {
  const platform = `${process.platform} on ${process.arch}`;
  if (platform !== 'linux on x64') throw notHere(platform);
  const { folder } = context;
  await mkdir(folder, { recursive: true });
  const held = await holdFile(join(folder, 'setup.lock'));
  if (held === undefined) throw alreadyAtWork(folder);
  try {
    return await setUp(flavour, context);
  } finally {
    await held.giveBack();
  }
}

async function setUp<T extends object>(
  flavour: Flavour,
  context: SetupContext<T>,
): Promise<T & { dir: string }> {
  const { folder, report, verify, signal } = context;
  const place = buildFolder(folder, flavour);
  const dir = join(place, 'node_modules', flavour.binding);
  const wasThere = existsSync(place);
  if (!wasThere) await build(flavour, place, context);
  report('Running training steps');
  const shown = await verify(dir).catch(async (error: unknown) => {
    // Of a step that was not run to its end nothing is known.
    signal.throwIfAborted();
    if (wasThere) throw keptThough(error, place);
    if (recordedIn(folder) === dir) await rm(recordFile(folder));
    await rm(place, { recursive: true, force: true });
    throw error;
  });
  await record(folder, dir);
  return { ...shown, dir };
}

async function record(folder: string, dir: string): Promise<void> {
  await writeFileAtomically(recordFile(folder), (handle) => handle.writeFile(`${dir}\n`));
}

async function build(flavour: Flavour, place: string, context: SetupContext<unknown>): Promise<void> {
  const { folder, env, signal } = context;
  const tools = await findTools({ env, signal, cwd: folder });
  await removeLeftovers(folder);
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < flavour.spaceBytes) throw tooLittleSpace(folder, flavour.spaceBytes, bavail * bsize);
  await writeFolderAtomically(place, (beside) => buildTensorflow(beside, flavour, tools, context));
}

/** Of set-ups that were killed: folders beside their place. None is at work, as this one holds the lock. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (/^\.tensorflow-.+\.[0-9a-f]{8}$/.test(name))
      await rm(join(folder, name), { recursive: true, force: true });
  }
}
