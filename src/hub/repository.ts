import { isJsonObject } from '../core/json.ts';
import type { Connection, Response } from './connection.ts';
import { accessDenied, hubAnswered, notOnHub, unexpectedAnswer } from './errors.ts';
import { isCommit } from '../core/modelId.ts';

/** The commit that a revision means now, and the names of its files. */
export async function repositoryAt(
  connection: Connection,
  id: string,
  revision: string,
): Promise<{ commit: string; files: string[] }> {
  const path = `/api/models/${id}/revision/${encodeURIComponent(revision)}`;
  const response = await connection.request(path);
  check(response, connection, id, `revision ${revision}`);
  const answer: unknown = await response.json().catch(() => undefined);
  if (!isJsonObject(answer) || !isCommit(answer.sha) || !Array.isArray(answer.siblings)) {
    throw unexpectedAnswer(response.url, 'expected an object with sha and siblings');
  }
  const files = answer.siblings.flatMap((entry) =>
    isJsonObject(entry) && typeof entry.rfilename === 'string' ? [entry.rfilename] : [],
  );
  return { commit: answer.sha, files };
}

export interface RemoteFile {
  readonly url: string;
  /** Of a file in large-file storage its SHA-256 (64 digits), of any other git's SHA-1 of the blob (40); name of the cached blob. */
  readonly etag: string;
  readonly sizeBytes?: number;
}

/** Hash and size of one file. Large files are redirected to another host, and the hub's own answer tells their hash. */
export async function remoteFile(
  connection: Connection,
  id: string,
  commit: string,
  file: string,
): Promise<RemoteFile> {
  const url = `${connection.endpoint}/${id}/resolve/${commit}/${file}`;
  let place = url;
  for (let hops = 0; hops < 5; hops++) {
    const response = await connection.request(place, { method: 'HEAD', redirect: 'manual' });
    const location = response.headers.get('location');
    const linked = response.headers.get('x-linked-etag');
    const isRedirect = response.status >= 300 && response.status < 400;
    if (isRedirect && linked === null && location !== null) {
      // Within the hub: a model that was renamed, or another of its addresses for the same file.
      place = new URL(location, place).href;
      continue;
    }
    if (!isRedirect) check(response, connection, id, `file ${file}`);
    const etag = (linked ?? response.headers.get('etag') ?? '').replace(/^W\//, '').replaceAll('"', '');
    if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(etag)) {
      throw unexpectedAnswer(url, `expected the file's hash as etag, found ${JSON.stringify(etag)}`);
    }
    const size =
      response.headers.get('x-linked-size') ?? (isRedirect ? null : response.headers.get('content-length'));
    return { url, etag, ...(size !== null && { sizeBytes: Number(size) }) };
  }
  throw unexpectedAnswer(url, 'redirected too often');
}

function check(response: Response, connection: Connection, id: string, what: string): void {
  const { status } = response;
  if (status === 401 || status === 403) throw accessDenied(id, connection.endpoint, connection.hasToken);
  if (status === 404) throw notOnHub(id, what, connection.endpoint);
  if (!response.ok) throw hubAnswered(response.url, status);
}
