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
  notUtf8,
} from './errors.ts';

/** Largest data file: it is read in one piece, and its text must fit one JavaScript string with room to spare. */
export const MAX_FILE_BYTES = 256 * 2 ** 20;

/** A data file in memory. */
export interface Source {
  /** As the caller named it; messages repeat it. */
  readonly file: string;
  /** Without a byte order mark. */
  readonly text: string;
  /** SHA-256 of the bytes, in hexadecimal. */
  readonly hash: string;
}

/** Reads a UTF-8 text file. @throws UserError where it is missing, no regular file, empty, too large or not UTF-8. */
export async function readSource(file: string): Promise<Source> {
  const { size } = await statFile(file);
  if (size > MAX_FILE_BYTES) throw fileTooLarge(file, size, MAX_FILE_BYTES);
  const bytes = await readFile(file).catch((error: unknown) => {
    throw fileUnreadable(file, messageOf(error));
  });
  const text = decodeUtf8(file, bytes);
  if (text.trim() === '') throw fileEmpty(file);
  return { file, text, hash: createHash('sha256').update(bytes).digest('hex') };
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

function decodeUtf8(file: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const offset = firstInvalidByte(bytes);
    const line = 1 + bytes.subarray(0, offset).filter((byte) => byte === 0x0a).length;
    throw notUtf8(file, line, offset);
  }
}

/** Offset of the first byte that starts no well-formed sequence (Unicode 15, table 3-7). */
function firstInvalidByte(bytes: Buffer): number {
  const character =
    /[\x00-\x7f]|[\xc2-\xdf][\x80-\xbf]|(?:\xe0[\xa0-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]|\xed[\x80-\x9f])[\x80-\xbf]|(?:\xf0[\x90-\xbf]|[\xf1-\xf3][\x80-\xbf]|\xf4[\x80-\x8f])[\x80-\xbf]{2}/y;
  const text = bytes.toString('latin1');
  let offset = 0;
  while (character.test(text)) offset = character.lastIndex;
  return offset;
}
