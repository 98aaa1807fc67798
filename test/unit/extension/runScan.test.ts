import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { runScan } from '../../../src/extension/runs/runScan.ts';
import { claim, claimFile, release } from '../../../src/runs/lock.ts';
import { readRunRecord, writeRunRecord } from '../../../src/runs/runRecord.ts';
import * as runFolder from '../../../src/runs/runFolder.ts';
import { finishedWith, recordedRun } from '../../support/fakeServices.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

vi.mock('../../../src/runs/runFolder.ts', { spy: true });
vi.mock('node:path', { spy: true });

const noProblem = (folder: string, error: unknown) => expect.unreachable(`${folder}: ${String(error)}`);

async function change(dir: string, fields: object): Promise<void> {
  const read = await readRunRecord(dir);
  if ('problem' in read) throw new Error(read.problem);
  await writeRunRecord(dir, { ...read.record, ...fields });
}

describe('runScan', () => {
  it('lists runs of all folders, oldest first and unreadable ones last', async () => {
    const [a, b] = [temporaryFolder(), temporaryFolder()];
    const [second, first] = [await recordedRun(a, { minute: 2 }), await recordedRun(b, { minute: 1 })];
    mkdirSync(join(a, 'runs', '0-broken'));
    writeFileSync(join(a, 'runs', '0-broken', 'run.json'), '{"formatVersion": 7}');
    mkdirSync(join(a, 'runs', 'no run'));
    const scan = runScan(noProblem);
    expect(await scan.look([`${a}/runs`, `${b}/runs`, `${a}/missing`])).toBe(true);
    expect(scan.runs.map(({ dir }) => dir)).toEqual([first, second, join(a, 'runs', '0-broken')]);
    expect(scan.runs[2]).toMatchObject({
      status: 'unreadable',
      problem: expect.stringContaining('version 7'),
    });
  });

  it('reads again only what changed, and keeps the objects of the rest', async () => {
    const dir = temporaryFolder();
    const dirs = [await recordedRun(dir, finishedWith(0.5)), await recordedRun(dir, { minute: 1 })];
    const scan = runScan(noProblem);
    await scan.look([`${dir}/runs`]);
    const [before] = scan.runs;
    vi.mocked(runFolder.readRun).mockClear();
    expect(await scan.look([`${dir}/runs`])).toBe(false);
    expect(runFolder.readRun).not.toHaveBeenCalled();
    await change(dirs[1], { status: 'failed', failure: 'no memory' });
    expect(await scan.look([`${dir}/runs`])).toBe(true);
    expect(vi.mocked(runFolder.readRun).mock.calls).toEqual([[dirs[1]]]);
    expect(scan.runs[0]).toBe(before);
    expect(scan.runs[1].status).toBe('failed');
  });

  it('sees that a run gets lost, although no file says so', async () => {
    const dir = temporaryFolder();
    const run = await recordedRun(dir);
    const lock = await claim(run);
    await change(run, { status: 'running' });
    const scan = runScan(noProblem);
    await scan.look([`${dir}/runs`]);
    expect(scan.runs[0].status).toBe('running');
    const longAgo = new Date(Date.now() - 120_000);
    utimesSync(lock!.path, longAgo, longAgo);
    expect(await scan.look([`${dir}/runs`])).toBe(true);
    expect(scan.runs[0].status).toBe('lost');
  });

  it('tells runs that wait for nobody from those that somebody will come to', async () => {
    const dir = temporaryFolder();
    const run = await recordedRun(dir);
    const scan = runScan(noProblem);
    const look = async () => {
      await scan.look([`${dir}/runs`]);
      return (scan.runs[0] as runFolder.Run).isStranded ?? false;
    };
    expect(await look()).toBe(false); // its process may be starting
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(join(run, 'run.json'), longAgo, longAgo);
    expect(await look()).toBe(true);
    const [before] = scan.runs;
    expect(await look()).toBe(true);
    expect(scan.runs[0]).toBe(before);
    mkdirSync(`${dir}/runs/.slots`);
    const slot = await claimFile(`${dir}/runs/.slots/0.lock`);
    expect(await look()).toBe(false);
    await release(slot!);
    const other = await claim(await recordedRun(dir, { minute: 1, status: 'running' }));
    expect(await look()).toBe(false);
    await release(other!);
    expect(await look()).toBe(true);
  });

  it('looks through the folder once, however many runs wait', async () => {
    const dir = temporaryFolder();
    const longAgo = new Date(Date.now() - 60_000);
    for (let seed = 0; seed < 20; seed++)
      utimesSync(join(await recordedRun(dir, { seed }), 'run.json'), longAgo, longAgo);
    const scan = runScan(noProblem);
    vi.mocked(dirname).mockClear();
    await scan.look([`${dir}/runs`]);
    expect(scan.runs).toHaveLength(20);
    expect(vi.mocked(dirname).mock.calls.length).toBeLessThan(3 * 20);
  });

  it('survives folders that vanish, and tells once of one that cannot be listed', async () => {
    const dir = temporaryFolder();
    await recordedRun(dir);
    const onProblem = vi.fn();
    const scan = runScan(onProblem);
    await scan.look([`${dir}/runs`]);
    rmSync(`${dir}/runs`, { recursive: true });
    expect(await scan.look([`${dir}/runs`])).toBe(true);
    expect(scan.runs).toEqual([]);
    writeFileSync(`${dir}/runs`, 'a file');
    await scan.look([`${dir}/runs`]);
    await scan.look([`${dir}/runs`]);
    expect(onProblem).toHaveBeenCalledTimes(1);
  });
});
