import { readFile } from 'node:fs/promises';
import type { Environment } from '../core/environment.ts';
import { fetchBlob } from './blob.ts';
import { linkSnapshot, repositoryPaths, writeRef } from './cache.ts';
import { connect, type Connection } from './connection.ts';
import { cacheRoot } from './environment.ts';
import { cacheNotWritable, notAModel, notARevision } from './errors.ts';
import { shardsOf, wantedFiles, weightsIndex } from './modelFiles.ts';
import { isCommit, isModelId, isRevision } from '../core/modelId.ts';
import { remoteFile, repositoryAt } from './repository.ts';
import { whileHeld } from './whileHeld.ts';

export interface DownloadProgress {
  readonly file: string;
  readonly receivedBytes: number;
  readonly totalBytes?: number;
}

export interface DownloadOptions {
  /** Branch, tag or commit; `main` if left out. */
  readonly revision?: string;
  readonly env: Environment;
  readonly signal?: AbortSignal;
  /** Called as bytes arrive, and once for a file that is already there. */
  readonly onProgress?: (progress: DownloadProgress) => void;
}

/**
 * Fills the Hugging Face cache with a model's configuration, tokenizer and safetensors weights and returns its snapshot
 * folder. Files that are there are kept, and those that another process downloads are waited for; the snapshot shows only when all are there. @throws UserError with the remedy, and
 * the signal's reason when aborted: what has arrived is kept, and the next call goes on from there
 */
export async function downloadModel(
  id: string,
  { revision = 'main', env, signal, onProgress }: DownloadOptions,
): Promise<string> {
  if (!isModelId(id)) throw notAModel(id);
  if (!isRevision(revision)) throw notARevision(revision);
  const root = cacheRoot(env);
  const paths = repositoryPaths(root, id);
  const connection = await connect(env, signal);
  try {
    const { commit, files } = await repositoryAt(connection, id, revision);
    const blobs = new Map<string, string>();
    const fetchAll = async (names: readonly string[]) => {
      for (const file of names)
        blobs.set(
          file,
          await fetchFile(connection, { id, commit, file }, paths.blob, { onProgress, signal }),
        );
    };
    await fetchAll(wantedFiles(id, files));
    const index = blobs.get(weightsIndex);
    if (index !== undefined) await fetchAll(shardsOf(id, await readFile(index, 'utf8'), files));

    const snapshot = paths.snapshot(commit);
    await whileHeld(paths.lock, { signal }, async () => {
      await linkSnapshot(snapshot, blobs);
      if (!isCommit(revision)) await writeRef(paths.ref(revision), commit);
    });
    return snapshot;
  } catch (error) {
    throw error instanceof Error && 'syscall' in error ? cacheNotWritable(root, error) : error;
  } finally {
    await connection.close();
  }
}

/** The path of the file's blob, which exists then. */
async function fetchFile(
  connection: Connection,
  { id, commit, file }: { id: string; commit: string; file: string },
  blobPath: (etag: string) => string,
  { onProgress, signal }: Pick<DownloadOptions, 'onProgress' | 'signal'>,
): Promise<string> {
  const remote = await remoteFile(connection, id, commit, file);
  const blob = blobPath(remote.etag);
  const onBytes = (receivedBytes: number) =>
    onProgress?.({ file, receivedBytes, totalBytes: remote.sizeBytes });
  await fetchBlob(connection, remote, blob, { onBytes, signal });
  return blob;
}
