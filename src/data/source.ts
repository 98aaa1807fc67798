import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { messageOf } from '../core/errors.ts';
import {
  fileEmpty,
  fileMissing,
  fileTooLarge,
  fileUnreadable,
  folderNotFile,
  notRegularFile,
} from './errors.ts';

/** Largest data file: it is read in one piece, and a text must fit one JavaScript string with room to spare. */
export const MAX_FILE_BYTES = 256 * 2 ** 20;

/** A data file in memory. */
export interface Source {
  /** As the caller named it; messages repeat it. */
  readonly file: string;
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes, in hexadecimal. */
  readonly hash: string;
}

/** Reads a file. @throws UserError where it is missing, no regular file, empty or too large. */
export async function readSource(file: string): Promise<Source> {
  const { size } = await statFile(file);
  if (size > MAX_FILE_BYTES) throw fileTooLarge(file, size, MAX_FILE_BYTES);
  const bytes = await readFile(file).catch((error: unknown) => {
    throw fileUnreadable(file, messageOf(error));
  });
  if (bytes.length === 0) throw fileEmpty(file);
  return { file, bytes, hash: createHash('sha256').update(bytes).digest('hex') };
}

/** Size in bytes and modification time of a regular file. @throws UserError for anything else. */
export async function statFile(file: string): Promise<{ size: number; mtimeMs: number }> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') throw fileMissing(file);
    throw fileUnreadable(file, error.message);
  });
  if (found.isDirectory()) throw folderNotFile(file);
  if (!found.isFile()) throw notRegularFile(file);
  return found;
}
