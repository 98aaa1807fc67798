import { open, readdir, realpath, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { messageOf } from '../core/errors.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { isSystemError } from '../files/systemError.ts';
import {
  fileTooLarge,
  linkLeavesFolder,
  missingFile,
  missingFolder,
  notAFile,
  notAFolder,
  notJson,
  unreadable,
} from './errors.ts';

const isAbsent = (error: unknown) =>
  isSystemError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

/** Opens a regular file, links followed; the caller closes it. @throws UserError where there is none. */
export async function openFile(file: string): Promise<{ handle: FileHandle; size: number }> {
  try {
    // Asked before opening: opening a pipe would wait for its other end.
    const found = await stat(file);
    if (!found.isFile()) throw notAFile(file);
    return { handle: await open(file, 'r'), size: found.size };
  } catch (error) {
    if (isAbsent(error)) throw missingFile(file);
    throw isSystemError(error) ? unreadable(file, error) : error;
  }
}

/** The names in a folder, sorted. @throws UserError where there is no folder. */
export async function listFolder(dir: string): Promise<string[]> {
  try {
    return (await readdir(dir)).sort();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code === 'ENOENT') throw missingFolder(dir);
    throw error.code === 'ENOTDIR' ? notAFolder(dir) : unreadable(dir, error);
  }
}

/** Reads a JSON object (UTF-8). @throws UserError for a missing, too large or malformed file. */
export async function readJsonObject(file: string, limitBytes: number): Promise<JsonObject> {
  const { handle, size } = await openFile(file);
  let bytes: Buffer;
  try {
    if (size > limitBytes) throw fileTooLarge(file, size, limitBytes);
    bytes = await handle.readFile();
  } finally {
    await handle.close();
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw notJson(file, messageOf(error));
  }
  if (!isJsonObject(value)) throw notJson(file, Array.isArray(value) ? 'a list' : `${JSON.stringify(value)}`);
  return value;
}

/**
 * The path of a file of a model folder, or undefined where there is none. Links may lead elsewhere in the folder
 * and, from a snapshot of the Hugging Face cache (`models--x--y/snapshots/REV`), to the repository's own `blobs`.
 * @throws UserError for any other link.
 */
export async function findFile(dir: string, name: string): Promise<string | undefined> {
  const file = join(dir, name);
  let target: string;
  let folder: string;
  try {
    [target, folder] = await Promise.all([realpath(file), realpath(dir)]);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw isSystemError(error) ? unreadable(file, error) : error;
  }
  const snapshots = dirname(folder);
  const repository = dirname(snapshots);
  const isSnapshot = basename(snapshots) === 'snapshots' && basename(repository).startsWith('models--');
  const allowed = isSnapshot ? [folder, join(repository, 'blobs')] : [folder];
  if (!allowed.some((root) => target.startsWith(root + sep))) throw linkLeavesFolder(file, target);
  return file;
}
