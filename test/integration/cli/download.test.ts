import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { downloadSchema, type DownloadEvent } from '../../../src/protocol/commandLine.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { commit, startHub, type HubFile } from '../../unit/hub/localHub.ts';

const program = join(import.meta.dirname, '../../../dist/cli.js');
const size = 4 << 20;
const model: Record<string, HubFile> = {
  'config.json': { content: '{"model_type":"bert"}' },
  'tokenizer.json': { content: '{}' },
  'model.safetensors': { content: 'w'.repeat(size), isLarge: true },
};

/** The real command line, told of one local hub; `onEvent` may send it signals. */
function download(
  endpoint: string,
  cache: string,
  onEvent: (event: DownloadEvent, kill: (signal: NodeJS.Signals) => void) => void = () => undefined,
): Promise<{ status: number | null; events: DownloadEvent[]; stderr: string }> {
  const env = { PATH: process.env.PATH, HF_ENDPOINT: endpoint, HF_HUB_CACHE: cache };
  const child = spawn(process.execPath, [program, 'download', 'owner/tiny', '--json'], { env });
  const events: DownloadEvent[] = [];
  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event = downloadSchema.parse(JSON.parse(line));
    events.push(event);
    onEvent(event, (signal) => child.kill(signal));
  });
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, events, stderr })));
}

describe('download --json', () => {
  it('tells each file at most once per percent, then the folder', async () => {
    const cache = temporaryFolder();
    const { endpoint } = await startHub(model);
    const { status, events, stderr } = await download(endpoint, cache);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const dir = join(cache, 'models--owner--tiny', 'snapshots', commit);
    expect(events.at(-1)).toEqual({ event: 'done', dir });
    const progress = events.filter((event) => event.event === 'progress');
    expect(progress.at(-1)).toEqual({
      event: 'progress',
      file: 'model.safetensors',
      receivedBytes: size,
      totalBytes: size,
    });
    expect([...new Set(progress.map(({ file }) => file))].sort()).toEqual(Object.keys(model).sort());
    const percents = progress.map(
      ({ file, receivedBytes, totalBytes }) => `${file} ${Math.floor((100 * receivedBytes) / totalBytes!)}`,
    );
    expect(new Set(percents).size).toBe(percents.length);
    expect(percents.filter((text) => text.startsWith('model.safetensors')).length).toBeGreaterThan(5);
    // What is there is told as complete.
    const again = await download(endpoint, cache);
    expect(again.events.at(-1)).toEqual({ event: 'done', dir });
    expect(again.events).toHaveLength(4);
  });

  it('ends with status 130 on Ctrl-C in the middle of a file, and goes on from there the next time', async () => {
    const cache = temporaryFolder();
    let isStuck = true;
    const { endpoint, storage } = await startHub(model, (request, response) => {
      if (!isStuck || request.method !== 'GET' || request.url !== '/model.safetensors') return false;
      response.writeHead(200, { 'content-length': size });
      response.write('w'.repeat(size / 2)); // and no more
      return true;
    });
    const { status, events, stderr } = await download(endpoint, cache, (event, kill) => {
      if (event.event === 'progress' && event.file === 'model.safetensors' && event.receivedBytes > size / 4)
        kill('SIGINT');
    });
    expect({ status, stderr }).toEqual({ status: 130, stderr: '' });
    expect(events.map(({ event }) => event)).not.toContain('done');

    isStuck = false;
    const next = await download(endpoint, cache);
    expect(next.events.at(-1)?.event).toBe('done');
    expect(storage.at(-1)?.range).toMatch(/^bytes=[1-9]\d+-$/);
  });
});
