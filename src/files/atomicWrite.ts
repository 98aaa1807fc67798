import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, rmdir, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { folderInUse, writeFailed } from './errors.ts';
import { isSystemError } from './systemError.ts';

/**
 * Writes a file beside its place, syncs it and renames it, so that readers see the old file or the whole new one.
 * @throws RunFailure when the system refuses; whatever `write` throws; nothing is left behind either way.
 */
export async function writeFileAtomically(
  file: string,
  write: (handle: FileHandle) => Promise<void>,
): Promise<void> {
  const beside = `${file}.${process.pid}.tmp`;
  try {
    const handle = await open(beside, 'w');
    try {
      await write(handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
    await syncFolder(dirname(file));
  } catch (error) {
    await rm(beside, { force: true });
    throw isSystemError(error) ? writeFailed(file, error) : error;
  }
}

/**
 * Makes a folder with the files that `fill` writes into the folder it is given: complete, or not at all.
 * @throws UserError where `dir` is there already and not empty; RunFailure when the system refuses.
 */
export async function writeFolderAtomically(
  dir: string,
  fill: (beside: string) => Promise<void>,
): Promise<void> {
  const place = resolve(dir);
  const isThere = await isEmptyFolder(place);
  const beside = join(dirname(place), `.${basename(place)}.${randomUUID().slice(0, 8)}`);
  try {
    await mkdir(beside, { recursive: true });
    await fill(beside);
    await syncFolder(beside);
    if (isThere) await rmdir(place); // Windows does not rename onto a folder
    await rename(beside, place);
    await syncFolder(dirname(place));
  } catch (error) {
    await rm(beside, { recursive: true, force: true });
    throw isSystemError(error) ? writeFailed(place, error) : error;
  }
}

/** Makes a folder in one that is there; one that vanished is not brought back. @throws RunFailure when the system refuses. */
export async function makeFolder(dir: string): Promise<void> {
  try {
    await mkdir(dir);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code !== 'EEXIST') throw writeFailed(dir, error);
  }
}

/** Removes what processes that were killed while they wrote have left in a folder and its subfolders. */
export async function removeLeftovers(dir: string): Promise<void> {
  for (const entry of await readdir(dir, { withFileTypes: true, recursive: true })) {
    if (LEFTOVER.test(entry.name))
      await rm(join(entry.parentPath, entry.name), { recursive: true, force: true });
  }
}

/** Names of files and folders beside their place: `name.PID.tmp`, `.name.8 hexadecimal digits`. */
const LEFTOVER = /\.\d+\.tmp$|^\..+\.[0-9a-f]{8}$/;

/** A plain object as JSON, the way HF's tools write it: sorted keys, two spaces. */
export async function writeJson(file: string, value: object): Promise<void> {
  const sorted = (_: string, v: unknown) =>
    typeof v === 'object' && v !== null && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v;
  await writeFileAtomically(file, (handle) => handle.writeFile(`${JSON.stringify(value, sorted, 2)}\n`));
}

/** False where nothing is there. @throws UserError for a file or a folder in use. */
async function isEmptyFolder(dir: string): Promise<boolean> {
  let names: string[];
  try {
    names = await readdir(dir);
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return false;
    if (isSystemError(error) && error.code === 'ENOTDIR') throw folderInUse(dir, 'a file');
    throw writeFailed(dir, error);
  }
  if (names.length > 0) throw folderInUse(dir, 'a folder with files in it');
  return true;
}

/** Makes a rename outlive a power cut; Windows has no such call. */
async function syncFolder(dir: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
