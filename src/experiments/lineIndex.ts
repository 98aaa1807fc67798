import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

/** Where a line stands in its file; bytes, without its end. */
export interface LinePlace {
  readonly offset: number;
  readonly length: number;
}

/** No line of ours is nearly as long. */
const LENGTH_LIMIT = 4 << 20;
const CHUNK_BYTES = 1 << 18;

/**
 * Gives every line of a file to `each`, a piece of the file at a time, so that others are served in between. Empty lines are counted
 * and left out; one of more than 4 MB comes without its text. Stops where `each` answers false.
 * @throws AbortError
 */
export async function eachLine(
  file: FileHandle,
  each: (line: { readonly text?: string; readonly number: number; readonly place: LinePlace }) => boolean,
  signal: AbortSignal,
): Promise<void> {
  let pieces: Buffer[] = [];
  let length = 0;
  let offset = 0;
  let number = 0;
  const take = (piece: Buffer) => {
    length += piece.length;
    if (length <= LENGTH_LIMIT) pieces.push(piece);
  };
  const give = (): boolean => {
    const place = { offset, length };
    const text = length > LENGTH_LIMIT ? undefined : Buffer.concat(pieces).toString('utf8');
    offset += length + 1;
    pieces = [];
    length = 0;
    number += 1;
    return text?.trim() === '' || each({ text, number, place });
  };
  for (let position = 0; ;) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, position);
    signal.throwIfAborted();
    if (bytesRead === 0) break;
    position += bytesRead;
    const chunk = buffer.subarray(0, bytesRead);
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
      take(chunk.subarray(from, end));
      if (!give()) return;
      from = end + 1;
    }
    take(chunk.subarray(from));
  }
  if (length > 0) give();
}

/** What tells one content of a path from the next: files appear whole, under a new number of the file system. */
export interface FileState {
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
}

export async function stateOf(file: FileHandle): Promise<FileState> {
  const { ino, size, mtimeMs } = await file.stat();
  return { ino, size, mtimeMs };
}

export function isSameState(a: FileState, b: FileState): boolean {
  return a.ino === b.ino && a.size === b.size && a.mtimeMs === b.mtimeMs;
}

/** Opens a file for `read`, and closes it. */
export async function withFile<T>(path: string, read: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, constants.O_RDONLY);
  try {
    return await read(file);
  } finally {
    await file.close();
  }
}

/** The texts of lines. */
export function readLines(file: FileHandle, places: readonly LinePlace[]): Promise<string[]> {
  return Promise.all(
    places.map(async ({ offset, length }) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
      return buffer.toString('utf8', 0, bytesRead);
    }),
  );
}
