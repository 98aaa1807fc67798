import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { downloadModel, type DownloadProgress } from '../../../src/hub/download.ts';
import { holdFile } from '../../../src/runs/heldFile.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { commit, gitHash, sha256, startHub, startProxy, type HubFile } from './localHub.ts';

const weights = 'weights '.repeat(1000);
const model: Record<string, HubFile> = {
  'config.json': { content: '{"model_type":"bert"}' },
  'tokenizer.json': { content: '{}' },
  'README.md': { content: 'not wanted' },
  'pytorch_model.bin': { content: 'not wanted either', isLarge: true },
  'model.safetensors': { content: weights, isLarge: true },
};
const repository = (cache: string) => join(cache, 'models--owner--tiny');

describe('downloadModel', () => {
  it('lays the cache out as huggingface_hub does', async () => {
    const cache = temporaryFolder();
    const hub = await startHub(model);
    const progress: DownloadProgress[] = [];
    const env = { HF_ENDPOINT: `${hub.endpoint}/`, HF_HUB_CACHE: cache };
    const dir = await downloadModel('owner/tiny', { env, onProgress: (entry) => progress.push(entry) });

    expect(dir).toBe(join(repository(cache), 'snapshots', commit));
    expect(readdirSync(dir).sort()).toEqual(['config.json', 'model.safetensors', 'tokenizer.json']);
    expect(readlinkSync(join(dir, 'model.safetensors'))).toBe(`../../blobs/${sha256(weights)}`);
    expect(readlinkSync(join(dir, 'tokenizer.json'))).toBe(`../../blobs/${gitHash('{}')}`);
    expect(readFileSync(join(dir, 'model.safetensors'), 'utf8')).toBe(weights);
    expect(readFileSync(join(repository(cache), 'refs', 'main'), 'utf8')).toBe(commit);
    expect(readdirSync(join(repository(cache), 'blobs'))).toHaveLength(3);
    expect(progress.at(-1)).toEqual({ file: 'model.safetensors', receivedBytes: 8000, totalBytes: 8000 });

    const before = hub.storage.length;
    expect(await downloadModel('owner/tiny', { env, revision: 'refs/pr/1' })).toBe(dir);
    expect(hub.storage).toHaveLength(before);
    expect(readFileSync(join(repository(cache), 'refs', 'refs', 'pr', '1'), 'utf8')).toBe(commit);
    await downloadModel('tiny', { env, revision: commit });
    expect(readdirSync(join(cache, 'models--tiny')).sort()).toEqual(['blobs', 'snapshots']);
  });

  it('fetches the shards that the index names', async () => {
    const index = JSON.stringify({
      weight_map: { a: 'one.safetensors', b: 'two.safetensors', c: 'one.safetensors' },
    });
    const shards = {
      'config.json': { content: '{}' },
      'model.safetensors.index.json': { content: index },
      'one.safetensors': { content: '1', isLarge: true },
      'two.safetensors': { content: '2', isLarge: true },
      'three.safetensors': { content: '3', isLarge: true },
    };
    const { endpoint } = await startHub(shards);
    const dir = await downloadModel('tiny', {
      env: { HF_ENDPOINT: endpoint, HF_HUB_CACHE: temporaryFolder() },
    });
    expect(readdirSync(dir).sort()).toEqual(Object.keys(shards).slice(0, 4).sort());
  });

  it('sends the token to the hub and to nobody else', async () => {
    const home = temporaryFolder();
    writeFileSync(join(home, 'token'), 'hf_stored\n');
    const hub = await startHub(model);
    await downloadModel('tiny', { env: { HF_ENDPOINT: hub.endpoint, HF_HOME: home } });
    expect(new Set(hub.hub.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer hf_stored']));
    expect(hub.storage.length).toBeGreaterThan(0);
    expect(new Set(hub.storage.map(({ authorization }) => authorization))).toEqual(new Set([undefined]));
    const env = {
      HF_ENDPOINT: hub.endpoint,
      HF_HOME: home,
      HF_TOKEN: 'hf_given',
      HF_HUB_CACHE: temporaryFolder(),
    };
    await downloadModel('tiny', { env });
    expect(hub.hub.at(-1)!.authorization).toBe('Bearer hf_given');
  });

  it('goes on where it stopped, in the same call and in a later one', async () => {
    const cache = temporaryFolder();
    const blobs = join(repository(cache), 'blobs');
    mkdirSync(blobs, { recursive: true });
    writeFileSync(join(blobs, `${sha256(weights)}.incomplete`), weights.slice(0, 1000));
    let breaks = 2;
    let broken: { response: ServerResponse; at: number } | undefined;
    const hub = await startHub(model, (request, response) => {
      if (request.url !== '/model.safetensors' || breaks-- <= 0) return false;
      const from = Number(request.headers.range!.slice('bytes='.length, -1));
      response.writeHead(206, { 'content-range': `bytes ${from}-7999/8000`, 'content-length': 8000 - from });
      response.write(weights.slice(from, from + 500));
      broken = { response, at: from + 500 };
      return true;
    });
    const dir = await downloadModel('owner/tiny', {
      env: { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: cache },
      onProgress: ({ receivedBytes }) => receivedBytes === broken?.at && broken.response.destroy(),
    });
    expect(hub.storage.map(({ range }) => range)).toEqual(['bytes=1000-', 'bytes=1500-', 'bytes=2000-']);
    expect(readFileSync(join(dir, 'model.safetensors'), 'utf8')).toBe(weights);
  });

  it.each([
    ['whole', weights, ['bytes=8000-']],
    ['of another file', 'x'.repeat(9000), ['bytes=9000-', undefined]],
  ])(
    'finishes where what lies there is %s and the server does not tell the size',
    async (_, present, ranges) => {
      const cache = temporaryFolder();
      const blobs = join(repository(cache), 'blobs');
      mkdirSync(blobs, { recursive: true });
      writeFileSync(join(blobs, `${sha256(weights)}.incomplete`), present);
      const hub = await startHub(model, (request, response) => {
        if (request.url!.endsWith('/model.safetensors') && request.method === 'HEAD') {
          response.writeHead(302, { 'x-linked-etag': `"${sha256(weights)}"`, location: '/' }).end();
          return true;
        }
        if (request.url !== '/model.safetensors' || request.headers.range === undefined) return false;
        response.writeHead(416).end();
        return true;
      });
      const dir = await downloadModel('owner/tiny', {
        env: { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: cache },
      });
      expect(hub.storage.map(({ range }) => range)).toEqual(ranges);
      expect(readFileSync(join(dir, 'model.safetensors'), 'utf8')).toBe(weights);
    },
  );

  it('takes an empty file, and leaves nothing beside the snapshot', async () => {
    const cache = temporaryFolder();
    const { endpoint } = await startHub({ ...model, 'tokenizer.json': { content: '' } });
    const dir = await downloadModel('owner/tiny', { env: { HF_ENDPOINT: endpoint, HF_HUB_CACHE: cache } });
    expect(readFileSync(join(dir, 'tokenizer.json'), 'utf8')).toBe('');
    expect(readdirSync(join(repository(cache), 'snapshots'))).toEqual([commit]);
  });

  it('gives up on a server that breaks every connection', async () => {
    const hub = await startHub(model, (request, response) => {
      if (request.url !== '/model.safetensors') return false;
      response.writeHead(200, { 'content-length': 8000 }).flushHeaders();
      response.socket!.end();
      return true;
    });
    const env = { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: temporaryFolder() };
    await expect(downloadModel('owner/tiny', { env })).rejects.toThrow(/cannot be reached/);
    expect(hub.storage).toHaveLength(3);
  });

  it('starts again with a server that knows no ranges', async () => {
    const cache = temporaryFolder();
    const blobs = join(repository(cache), 'blobs');
    mkdirSync(blobs, { recursive: true });
    writeFileSync(join(blobs, `${sha256(weights)}.incomplete`), 'wrong');
    const hub = await startHub(model, (request, response) => {
      if (request.headers.range === undefined) return false;
      response.end(weights);
      return true;
    });
    const dir = await downloadModel('owner/tiny', {
      env: { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: cache },
    });
    expect(readFileSync(join(dir, 'model.safetensors'), 'utf8')).toBe(weights);
  });

  it.each(['config.json', 'model.safetensors'])('throws away a %s whose hash is wrong', async (file) => {
    const cache = temporaryFolder();
    const { content } = model[file];
    const hub = await startHub({ ...model, [file]: { ...model[file], sends: content.replace(/./, 'X') } });
    const download = downloadModel('owner/tiny', { env: { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: cache } });
    await expect(download).rejects.toThrow(new RegExp(`${file}: expected content of hash`));
    expect(existsSync(join(repository(cache), 'snapshots'))).toBe(false);
    expect(
      readdirSync(join(repository(cache), 'blobs')).filter((name) => name.endsWith('.incomplete')),
    ).toEqual([]);
  });

  it('stops when asked and keeps what has arrived', async () => {
    const cache = temporaryFolder();
    const hub = await startHub(model, (request, response) => {
      if (request.url !== '/model.safetensors') return false;
      response.writeHead(200, { 'content-length': 8000 });
      response.write(weights.slice(0, 3000));
      return true;
    });
    const abort = new AbortController();
    const download = downloadModel('owner/tiny', {
      env: { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: cache },
      signal: abort.signal,
      onProgress: ({ receivedBytes }) => receivedBytes === 3000 && abort.abort(),
    });
    await expect(download).rejects.toMatchObject({ name: 'AbortError' });
    const part = join(repository(cache), 'blobs', `${sha256(weights)}.incomplete`);
    expect(readFileSync(part, 'utf8')).toBe(weights.slice(0, 3000));
  });

  it('waits for another that downloads the same model, and takes what that one brought', async () => {
    const cache = temporaryFolder();
    let first: ServerResponse | undefined;
    const hub = await startHub(model, (request, response) => {
      if (request.url !== '/model.safetensors' || first !== undefined) return false;
      first = response;
      response.writeHead(200, { 'content-length': 8000 });
      response.write(weights.slice(0, 3000));
      return true;
    });
    const env = { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: cache };
    const others: Promise<string>[] = [];
    const watched = ({ file, receivedBytes }: DownloadProgress) => {
      if (file === 'model.safetensors' && receivedBytes === 3000) first!.end(weights.slice(3000));
    };
    const dir = await downloadModel('owner/tiny', {
      env,
      onProgress: ({ receivedBytes }) => {
        if (receivedBytes === 3000) others.push(downloadModel('owner/tiny', { env, onProgress: watched }));
      },
    });
    expect(await Promise.all(others)).toEqual([dir]);
    expect(readFileSync(join(dir, 'model.safetensors'), 'utf8')).toBe(weights);
    expect(hub.storage.filter(({ path }) => path === '/model.safetensors')).toHaveLength(1);
    expect(readdirSync(repository(cache)).sort()).toEqual(['blobs', 'refs', 'snapshots']);
    expect(readdirSync(join(repository(cache), 'blobs'))).toHaveLength(3);
  });

  it('stops waiting for another when asked', async () => {
    const cache = temporaryFolder();
    const hub = await startHub(model);
    const blobs = join(repository(cache), 'blobs');
    mkdirSync(blobs, { recursive: true });
    const held = await holdFile(join(blobs, `${sha256(weights)}.lock`));
    onTestFinished(() => held!.giveBack());
    const abort = new AbortController();
    const download = downloadModel('owner/tiny', {
      env: { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: cache },
      signal: abort.signal,
      onProgress: ({ file }) => file === 'model.safetensors' && abort.abort(),
    });
    await expect(download).rejects.toMatchObject({ name: 'AbortError' });
    expect(hub.storage).toEqual([]);
    expect(await held!.isHeld()).toBe(true);
  });

  it('does not wait for a process that was killed', async () => {
    const cache = temporaryFolder();
    const { endpoint } = await startHub(model);
    const blobs = join(repository(cache), 'blobs');
    mkdirSync(blobs, { recursive: true });
    const { pid } = spawnSync(process.execPath, ['--version']);
    const lock = JSON.stringify({ pid, nonce: 'of one that is gone', host: hostname() });
    for (const path of [join(blobs, `${sha256(weights)}.lock`), join(repository(cache), 'snapshots.lock')])
      writeFileSync(path, lock);
    const dir = await downloadModel('owner/tiny', { env: { HF_ENDPOINT: endpoint, HF_HUB_CACHE: cache } });
    expect(readFileSync(join(dir, 'model.safetensors'), 'utf8')).toBe(weights);
    expect(readdirSync(repository(cache)).sort()).toEqual(['blobs', 'refs', 'snapshots']);
  });

  it('goes through the proxy of the environment, except where it says not to', async () => {
    const hub = await startHub({ ...model, 'model.safetensors': { content: 'small' } });
    const proxy = await startProxy(hub.endpoint);
    const env = {
      HF_ENDPOINT: 'http://hub.invalid',
      HTTP_PROXY: proxy.address,
      HF_HUB_CACHE: temporaryFolder(),
    };
    await downloadModel('tiny', { env });
    expect(new Set(proxy.asked)).toEqual(new Set(['hub.invalid:80']));
    expect(hub.hub[0].host).toBe('hub.invalid');

    const asked = proxy.asked.length;
    await downloadModel('tiny', { env: { ...env, HF_ENDPOINT: hub.endpoint, NO_PROXY: '127.0.0.1' } });
    expect(proxy.asked).toHaveLength(asked);
  });
});

describe('downloadModel says what is wrong and what helps', () => {
  const failure = async (files: Record<string, HubFile>, override?: Parameters<typeof startHub>[1]) => {
    const { endpoint } = await startHub(files, override);
    const cache = temporaryFolder();
    const env = { HF_ENDPOINT: endpoint, HF_HUB_CACHE: cache };
    const error: unknown = await downloadModel('owner/tiny', { env }).catch((reason: unknown) => reason);
    expect(existsSync(join(repository(cache), 'snapshots'))).toBe(false);
    return (error as Error).message;
  };
  const status = (code: number) =>
    failure(model, (_, response) => {
      response.writeHead(code).end();
      return true;
    });

  it('by status', async () => {
    expect(await status(401)).toMatch(/no access to owner\/tiny: .* no token was sent\n.*HF_TOKEN/);
    expect(await status(403)).toMatch(/gated/);
    expect(await status(404)).toMatch(/has no revision main for the model owner\/tiny/);
    expect(await status(503)).toMatch(/answered with status 503/);
  });

  it('where nobody answers', async () => {
    const env = { HF_ENDPOINT: 'http://127.0.0.1:1', HF_HUB_CACHE: temporaryFolder() };
    await expect(downloadModel('tiny', { env })).rejects.toThrow(
      /127.0.0.1:1 cannot be reached: .*\n.*HTTPS_PROXY/,
    );
    await expect(downloadModel('tiny', { env: { HF_ENDPOINT: 'nowhere' } })).rejects.toThrow(
      /HF_ENDPOINT: expected/,
    );
    const proxied = { ...env, HTTPS_PROXY: 'http://user:secret@:bad' };
    await expect(downloadModel('tiny', { env: proxied })).rejects.toThrow(/^HTTPS_PROXY(?!.*secret)/);
  });

  it('by what the repository holds', async () => {
    const pickled = Object.entries(model).filter(([name]) => name !== 'model.safetensors');
    expect(await failure(Object.fromEntries(pickled))).toMatch(
      /found only pytorch_model.bin, a format that is not read/,
    );
    expect(await failure({ 'config.json': model['config.json'] })).toMatch(/found neither/);
    expect(await failure({ 'model.safetensors': model['model.safetensors'] })).toMatch(
      /expected config.json/,
    );
  });

  it.each([
    '../../evil.safetensors',
    '/etc/evil.safetensors',
    'sub\\evil.safetensors',
    'absent.safetensors',
    7,
  ])('for an index that names the shard %j', async (shard) => {
    const files = {
      'config.json': { content: '{}' },
      'model.safetensors.index.json': { content: JSON.stringify({ weight_map: { a: shard } }) },
      ...(typeof shard === 'string' && shard !== 'absent.safetensors' && { [shard]: { content: 'x' } }),
    };
    expect(await failure(files)).toMatch(/which is no safetensors file of the repository/);
  });

  it.each(['"../../../../evil"', '""', `"${'a'.repeat(32)}"`])('for a hash such as %s', async (etag) => {
    const message = await failure(model, (request, response) => {
      if (!request.url!.includes('/resolve/')) return false;
      response.writeHead(200, { etag }).end();
      return true;
    });
    expect(message).toMatch(/expected the file's hash as etag/);
  });

  it('for a server that sends too much or a commit that is none', async () => {
    expect(
      await failure({ ...model, 'model.safetensors': { content: 'a', sends: 'abc', isLarge: true } }),
    ).toMatch(/sent more than the 1 bytes/);
    const message = await failure(model, (_, response) => {
      response.end(JSON.stringify({ sha: '../../evil', siblings: [] }));
      return true;
    });
    expect(message).toMatch(/expected an object with sha and siblings/);
  });

  it.each(['../evil', 'a/b/c', '', '.hidden', 'a--b', 'owner/..'])('for the id %j', async (id) => {
    await expect(downloadModel(id, { env: {} })).rejects.toThrow(/expected a folder or a Hugging Face id/);
  });

  it.each(['../main', '/main', 'a//b', ''])('for the revision %j', async (revision) => {
    await expect(downloadModel('tiny', { env: {}, revision })).rejects.toThrow(
      /expected a branch, a tag or a commit/,
    );
  });

  it('for a cache that cannot be written', async () => {
    const { endpoint } = await startHub(model);
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    await expect(
      downloadModel('tiny', { env: { HF_ENDPOINT: endpoint, HF_HUB_CACHE: file } }),
    ).rejects.toThrow(/cannot be written: .*\n.*HF_HOME/);
  });
});
