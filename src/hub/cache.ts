import {
  copyFile,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { isCommit } from '../core/modelId.ts';

/**
 * The cache as huggingface_hub lays it out, so that both use the same files: in `models--owner--name`, `blobs/<etag>`
 * holds contents, `snapshots/<commit>/<file>` links to them, and `refs/<revision>` holds a commit.
 */
export function repositoryPaths(root: string, id: string) {
  const dir = join(root, ['models', ...id.split('/')].join('--'));
  return {
    blob: (etag: string) => join(dir, 'blobs', etag),
    snapshot: (commit: string) => join(dir, 'snapshots', commit),
    ref: (revision: string) => join(dir, 'refs', ...revision.split('/')),
    /** Held by the process that writes snapshots and refs; huggingface_hub knows nothing of it. */
    lock: join(dir, 'snapshots.lock'),
  };
}

/** The folder of a model's files, as far as they are cached; undefined where none is. */
export async function findSnapshot(root: string, id: string, revision = 'main'): Promise<string | undefined> {
  const paths = repositoryPaths(root, id);
  const commit = isCommit(revision) ? revision : (await readText(paths.ref(revision)))?.trim();
  if (!isCommit(commit)) return undefined;
  const dir = paths.snapshot(commit);
  return (await isFolder(dir)) ? dir : undefined;
}

export interface CachedModel {
  readonly id: string;
  readonly commit: string;
  readonly dir: string;
}

/** Every cached snapshot, by id. */
export async function listCachedModels(root: string): Promise<CachedModel[]> {
  const models: CachedModel[] = [];
  for (const folder of await names(root)) {
    const [kind, ...parts] = folder.split('--');
    if (kind !== 'models') continue;
    const snapshots = join(root, folder, 'snapshots');
    for (const commit of (await names(snapshots)).filter(isCommit)) {
      models.push({ id: parts.join('/'), commit, dir: join(snapshots, commit) });
    }
  }
  return models;
}

/** Shows blobs under the names of their files. A new snapshot appears whole; to one that is there, files are added. */
export async function linkSnapshot(snapshot: string, blobs: ReadonlyMap<string, string>): Promise<void> {
  const isNew = !(await isFolder(snapshot));
  const dir = isNew ? join(dirname(snapshot), `.${basename(snapshot)}.incomplete`) : snapshot;
  if (isNew) await rm(dir, { recursive: true, force: true });
  for (const [file, blob] of blobs) await linkBlob(blob, join(dir, file));
  if (isNew) await rename(dir, snapshot);
}

/** Shows a blob under its file's name. Where the system allows no links (Windows), by a copy, as huggingface_hub does. */
async function linkBlob(blob: string, file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const beside = `${file}.incomplete`;
  await rm(beside, { force: true });
  try {
    await symlink(relative(dirname(file), blob), beside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
    await copyFile(blob, beside);
  }
  await rename(beside, file);
}

export async function writeRef(path: string, commit: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.incomplete`, commit, { flush: true });
  await rename(`${path}.incomplete`, path);
}

/** Size of a file in bytes, links not followed; undefined where there is none. */
export async function sizeOf(path: string): Promise<number | undefined> {
  return (await lstat(path).catch(() => undefined))?.size;
}

const readText = (path: string) => readFile(path, 'utf8').catch(() => undefined);
const names = async (dir: string) => (await readdir(dir).catch((): string[] => [])).sort();
const isFolder = async (path: string) => (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
