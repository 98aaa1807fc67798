import { createHash } from 'node:crypto';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { sizeOf } from './cache.ts';
import { isNetworkError, type Connection } from './connection.ts';
import { hubAnswered, hubUnreachable, unexpectedAnswer, wrongHash } from './errors.ts';
import type { RemoteFile } from './repository.ts';
import { whileHeld } from './whileHeld.ts';

export interface BlobOptions {
  /** Called as bytes arrive, by this process or by another that downloads the same file, and once for a file that is there. */
  readonly onBytes: (receivedBytes: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Downloads a file to `blob`, where it is not there yet. What has arrived lies in `<blob>.incomplete`, from where a later call goes on; the
 * blob gets its name when the hash is right. A connection that breaks is taken up again. While another process downloads the file, this
 * one waits, and takes what that one brought.
 */
export async function fetchBlob(
  connection: Connection,
  remote: RemoteFile,
  blob: string,
  { onBytes, signal }: BlobOptions,
): Promise<void> {
  const present = await sizeOf(blob);
  if (present !== undefined) return onBytes(present);
  await mkdir(dirname(blob), { recursive: true });
  const incomplete = `${blob}.incomplete`;
  const onWait = async () => {
    const arrived = (await sizeOf(incomplete)) ?? 0;
    // Not yet complete: its hash is being checked.
    if (arrived !== remote.sizeBytes) onBytes(arrived);
  };
  await whileHeld(`${blob}.lock`, { signal, onWait }, async () => {
    const brought = await sizeOf(blob);
    if (brought !== undefined) return onBytes(brought);
    await receiveAll(connection, remote, incomplete, onBytes);
    await checkHash(remote, incomplete);
    await rename(incomplete, blob);
  });
}

async function receiveAll(
  connection: Connection,
  remote: RemoteFile,
  incomplete: string,
  onBytes: BlobOptions['onBytes'],
): Promise<void> {
  for (let fruitless = 0; ;) {
    const present = await sizeOf(incomplete);
    if (present !== undefined && remote.sizeBytes !== undefined && present >= remote.sizeBytes) return;
    const before = present ?? 0;
    const broken = await receive(connection, remote, incomplete, before, onBytes);
    if (broken === undefined) return;
    fruitless = ((await sizeOf(incomplete)) ?? 0) > before ? 0 : fruitless + 1;
    if (fruitless === patience) throw hubUnreachable(connection.endpoint, broken);
  }
}

/** So many connections in a row may break without bringing anything. */
const patience = 3;

/** Appends what one connection brings; returns the reason if it ended too early. */
async function receive(
  connection: Connection,
  { url, etag, sizeBytes }: RemoteFile,
  incomplete: string,
  offset: number,
  onBytes: BlobOptions['onBytes'],
): Promise<Error | undefined> {
  const response = await connection.request(
    url,
    offset > 0 ? { headers: { range: `bytes=${offset}-` } } : {},
  );
  // Nothing lies beyond the offset: the file is whole already, or what is there belongs to another.
  if (response.status === 416 && offset > 0) {
    await response.body?.cancel();
    if ((await syncedHash(etag, incomplete)) === etag) return undefined;
    await rm(incomplete);
    return new Error('what had been downloaded was longer than the file');
  }
  const isPart =
    response.status === 206 && response.headers.get('content-range')?.startsWith(`bytes ${offset}-`);
  if (!isPart && response.status !== 200) throw hubAnswered(url, response.status);
  // A server that knows no ranges sends the whole file again.
  const file = await open(incomplete, isPart ? 'a' : 'w');
  let received = isPart ? offset : 0;
  try {
    for await (const chunk of response.body ?? []) {
      await file.appendFile(chunk as Uint8Array);
      received += (chunk as Uint8Array).length;
      if (sizeBytes !== undefined && received > sizeBytes) {
        await rm(incomplete);
        throw unexpectedAnswer(url, `sent more than the ${sizeBytes} bytes of the file`);
      }
      onBytes(received);
    }
  } catch (error) {
    if (isNetworkError(error)) return error;
    throw error;
  } finally {
    await file.close();
  }
  return sizeBytes !== undefined && received < sizeBytes
    ? new Error('the connection ended early')
    : undefined;
}

/** Of the whole file as it lies on disk, whatever was received when; syncs it. A wrong one is removed. */
async function checkHash({ url, etag }: RemoteFile, path: string): Promise<void> {
  const found = await syncedHash(etag, path);
  if (found === etag) return;
  await rm(path);
  throw wrongHash(url, etag, found);
}

/** Hash, of the kind of `etag`, of the file as it lies on disk. */
async function syncedHash(etag: string, path: string): Promise<string> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
    return await hashOf(file, etag.length === 64 ? 'sha256' : 'git');
  } finally {
    await file.close();
  }
}

async function hashOf(file: FileHandle, kind: 'sha256' | 'git'): Promise<string> {
  const { size } = await file.stat();
  // Git names a blob by the hash of its type and size followed by its content.
  const hash = kind === 'sha256' ? createHash('sha256') : createHash('sha1').update(`blob ${size}\0`);
  for await (const chunk of file.createReadStream({ start: 0, autoClose: false, highWaterMark: 1 << 20 })) {
    hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}
