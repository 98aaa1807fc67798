import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { claim, isLost, lockState, release, touch } from '../../../src/runs/lock.ts';
import { runPaths } from '../../../src/runs/runPaths.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** A lock as somebody else left it. */
function leave(runDir: string, holder: object | string, secondsAgo = 0): void {
  const { lock } = runPaths(runDir);
  const all = { pid: process.pid, nonce: 'other', host: hostname() };
  writeFileSync(lock, typeof holder === 'string' ? holder : JSON.stringify({ ...all, ...holder }));
  const then = Date.now() / 1000 - secondsAgo;
  utimesSync(lock, then, then);
}

describe('a lock', () => {
  it('is held by one process at a time', async () => {
    const dir = temporaryFolder();
    expect(await lockState(dir)).toBe('free');
    const lock = await claim(dir);
    expect(await lockState(dir)).toBe('held');
    expect(await claim(dir)).toBeUndefined();
    await release(lock!);
    expect(await lockState(dir)).toBe('free');
    expect(await claim(dir)).toBeDefined();
  });

  it('stays held as long as it is touched', async () => {
    const dir = temporaryFolder();
    const lock = (await claim(dir))!;
    utimesSync(lock.path, 1, 1);
    expect(await lockState(dir)).toBe('lost');
    expect(await touch(lock)).toBe(true);
    expect(await lockState(dir)).toBe('held');
  });

  it('is lost when old, when its process is gone, and when the process id was given to another', async () => {
    const dir = temporaryFolder();
    leave(dir, {}, 31);
    expect(await lockState(dir)).toBe('lost');
    leave(dir, {}, 20);
    expect(await lockState(dir)).toBe('held');
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    leave(dir, { pid: child.pid });
    expect(await lockState(dir)).toBe('lost');
    if (existsSync('/proc/self/stat')) {
      leave(dir, { start: '1' });
      expect(await lockState(dir)).toBe('lost');
    }
  });

  it('of another machine, or without content yet, is judged by its heartbeat alone', async () => {
    const dir = temporaryFolder();
    leave(dir, { host: 'elsewhere', pid: 4194305 });
    expect(await lockState(dir)).toBe('held');
    leave(dir, '');
    expect(await lockState(dir)).toBe('held');
    expect(await claim(dir)).toBeUndefined();
    leave(dir, '', 31);
    expect(await lockState(dir)).toBe('lost');
  });

  it('is taken from a lost holder by exactly one of many', async () => {
    for (let round = 0; round < 20; round++) {
      const dir = temporaryFolder();
      leave(dir, {}, 31);
      const taken = (await Promise.all(Array.from({ length: 8 }, () => claim(dir)))).filter(Boolean);
      expect(taken).toHaveLength(1);
      expect(JSON.parse(readFileSync(runPaths(dir).lock, 'utf8')).nonce).toBe(taken[0]!.nonce);
      expect(readdirSync(dir)).toEqual(['lock']);
    }
  });

  it('is taken although an earlier taker died half-way', async () => {
    const dir = temporaryFolder();
    leave(dir, {}, 31);
    writeFileSync(join(dir, 'lock.taking'), '');
    utimesSync(join(dir, 'lock.taking'), 1, 1);
    expect(await claim(dir)).toBeDefined();
    expect(readdirSync(dir)).toEqual(['lock']);
  });

  it('tells its former holder, who leaves the new one alone', async () => {
    const dir = temporaryFolder();
    const former = (await claim(dir))!;
    utimesSync(former.path, 1, 1);
    const next = (await claim(dir))!;
    expect(await touch(former)).toBe(false);
    await release(former);
    expect(await touch(next)).toBe(true);
  });
});

it('a run is lost only if it says that it works', () => {
  expect(isLost('running', 'lost')).toBe(true);
  expect(isLost('stopping', 'free')).toBe(true);
  expect(isLost('running', 'held')).toBe(false);
  expect(isLost('queued', 'free')).toBe(false);
  expect(isLost('finished', 'lost')).toBe(false);
});
