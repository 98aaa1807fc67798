import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { recordedAt } from '../engine/setupPlace.ts';
import { writeFileAtomically, writeFolderAtomically } from '../files/atomicWrite.ts';
import { holdFile } from '../runs/heldFile.ts';
import { alreadyAtWork, keptThough } from './errors.ts';
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

/** A native package that a set-up makes. */
export interface MadePackage {
  /** Of the set-up, as `setup` takes it. */
  readonly name: string;
  /** Folder of all that belongs to it; another version is another folder. */
  readonly place: string;
  /** The package itself, in `place`. */
  readonly dir: string;
  /** Where `dir` is written down. */
  readonly record: string;
  /** Refuses what it cannot be made without. */
  check(): Promise<void>;
  /** Fills a folder that then becomes `place`. */
  fill(beside: string): Promise<void>;
}

/**
 * Makes the package where it is not there yet, runs a step on it, and writes down where it is. Of what it made, nothing is left where that does
 * not work; what was there before stays in any case.
 * @throws what `check`, `fill` and `verify` throw; Refusal while another process does this
 */
export async function setUpPackage<T extends object>(
  made: MadePackage,
  context: SetupContext<T>,
): Promise<T & { dir: string }> {
  const { folder } = context;
  await mkdir(folder, { recursive: true });
  const held = await holdFile(join(folder, 'setup.lock'));
  if (held === undefined) throw alreadyAtWork(made.name, folder);
  try {
    return await makeAndTry(made, context);
  } finally {
    await held.giveBack();
  }
}

async function makeAndTry<T extends object>(
  { place, dir, record, check, fill }: MadePackage,
  { folder, report, verify, signal }: SetupContext<T>,
): Promise<T & { dir: string }> {
  const wasThere = existsSync(place);
  if (!wasThere) {
    await check();
    await removeLeftovers(folder, basename(place));
    await writeFolderAtomically(place, fill);
  }
  report('Running training steps');
  const shown = await verify(dir).catch(async (error: unknown) => {
    // Of a step that was not run to its end nothing is known.
    signal.throwIfAborted();
    if (wasThere) throw keptThough(error, place);
    if (recordedAt(record) === dir) await rm(record);
    await rm(place, { recursive: true, force: true });
    throw error;
  });
  await writeFileAtomically(record, (handle) => handle.writeFile(`${dir}\n`));
  return { ...shown, dir };
}

/** Of set-ups that were killed: folders beside their place. None is at work, as this one holds the lock. */
async function removeLeftovers(folder: string, name: string): Promise<void> {
  for (const entry of await readdir(folder)) {
    if (entry.startsWith(`.${name}.`)) await rm(join(folder, entry), { recursive: true, force: true });
  }
}
