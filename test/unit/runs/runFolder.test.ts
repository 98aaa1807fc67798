import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clear, pending, request } from '../../../src/runs/control.ts';
import { createRun } from '../../../src/runs/createRun.ts';
import { claim } from '../../../src/runs/lock.ts';
import { findRun, listRuns, queuedRuns } from '../../../src/runs/runFolder.ts';
import { runPaths } from '../../../src/runs/runPaths.ts';
import { writeRunRecord } from '../../../src/runs/runRecord.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const now = new Date('2026-11-24T22:15:03Z');
const create = (runsDir: string, variant: string, position = 0, at = now) =>
  createRun(runsDir, {
    recipeText: `variant: ${variant}\n`,
    recipeName: 'demo',
    variant,
    seed: 0,
    now: at,
    position,
  });

describe('listRuns', () => {
  it('shows a working run without a holder as lost', async () => {
    const runsDir = temporaryFolder();
    const { dir, record } = await create(runsDir, 'a');
    const status = async () => (await listRuns(runsDir))[0].status;
    expect(await status()).toBe('queued');
    await claim(dir);
    await writeRunRecord(dir, { ...record, status: 'running' });
    expect(await status()).toBe('running');
    rmSync(runPaths(dir).lock);
    expect(await status()).toBe('lost');
    await writeRunRecord(dir, { ...record, status: 'finished' });
    expect(await status()).toBe('finished');
  });

  it('lists what it cannot read with the reason, and leaves other folders out', async () => {
    const runsDir = temporaryFolder();
    const { id } = await create(runsDir, 'a');
    const broken = await create(runsDir, 'b');
    writeFileSync(runPaths(broken.dir).record, '{"formatVersion": 7}');
    const half = await create(runsDir, 'c');
    rmSync(runPaths(half.dir).record);
    mkdirSync(join(runsDir, '.new-1'));
    mkdirSync(join(runsDir, 'notes'));
    writeFileSync(join(runsDir, 'file'), '');
    expect(await listRuns(runsDir)).toMatchObject([
      { id, status: 'queued' },
      { id: broken.id, status: 'unreadable', problem: expect.stringContaining('newer') },
      { id: half.id, status: 'unreadable', problem: 'run.json is missing' },
    ]);
    expect(await listRuns(join(runsDir, 'none'))).toEqual([]);
    await expect(listRuns(join(runsDir, 'file'))).rejects.toThrow(/Expected a folder of runs at .*file/);
  });

  it('shows a run whose lock cannot be read with the reason, and the others as they are', async () => {
    const runsDir = temporaryFolder();
    const { dir, record } = await create(runsDir, 'a');
    await writeRunRecord(dir, { ...record, status: 'running' });
    mkdirSync(runPaths(dir).lock);
    await create(runsDir, 'b');
    expect(await listRuns(runsDir)).toMatchObject([
      { status: 'queued' },
      { status: 'unreadable', problem: expect.stringContaining('lock cannot be read') },
    ]);
  });

  it('keeps the order of creation, also within one moment, and reads recipes on demand', async () => {
    const runsDir = temporaryFolder();
    await create(runsDir, 'late', 0, new Date(+now + 5000));
    await create(runsDir, 'a', 1);
    const first = await create(runsDir, 'z', 0);
    const queue = await queuedRuns(runsDir);
    expect(queue.map(({ record }) => record.variant)).toEqual(['z', 'a', 'late']);
    expect(await queue[0].recipe()).toBe('variant: z\n');
    await writeRunRecord(first.dir, { ...first.record, status: 'stopped' });
    expect(await queuedRuns(runsDir)).toHaveLength(2);
  });
});

describe('findRun', () => {
  it('takes an id or a path, and names the nearest id otherwise', async () => {
    const cwd = temporaryFolder();
    const runsDir = join(cwd, 'runs');
    const { id, dir } = await create(runsDir, 'a');
    expect(await findRun(id, { cwd, runsDir })).toMatchObject({ id, dir });
    expect(await findRun(`runs/${id}`, { cwd, runsDir: '/none' })).toMatchObject({ id, dir });
    await expect(findRun(id.replace('demo', 'dem'), { cwd, runsDir })).rejects.toThrow(`Did you mean ${id}?`);
    writeFileSync(runPaths(dir).record, '');
    await expect(findRun(id, { cwd, runsDir })).rejects.toThrow(/is unreadable: run.json cannot be read/);
  });
});

describe('control', () => {
  it('carries requests until they are cleared, and never makes a run folder', async () => {
    const { dir } = await create(temporaryFolder(), 'a');
    expect(await pending(dir)).toEqual([]);
    await request(dir, 'checkpoint');
    await request(dir, 'stop');
    await request(dir, 'stop');
    writeFileSync(join(runPaths(dir).control, 'dance'), '');
    expect(await pending(dir)).toEqual(['stop', 'checkpoint']);
    await clear(dir, 'stop');
    await clear(dir, 'stop');
    expect(await pending(dir)).toEqual(['checkpoint']);
    rmSync(dir, { recursive: true });
    await expect(request(dir, 'stop')).rejects.toThrow('ENOENT');
    expect(() => readdirSync(dir)).toThrow('ENOENT');
  });
});
