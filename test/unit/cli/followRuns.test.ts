import { rmSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { followRuns, type RunObserver } from '../../../src/cli/followRuns.ts';
import { textReport } from '../../../src/cli/runReport.ts';
import { RunFailure } from '../../../src/core/errors.ts';
import { pending } from '../../../src/runs/control.ts';
import { createRun } from '../../../src/runs/createRun.ts';
import { claim } from '../../../src/runs/lock.ts';
import { listRuns } from '../../../src/runs/runFolder.ts';
import { runPaths } from '../../../src/runs/runPaths.ts';
import { writeRunRecord } from '../../../src/runs/runRecord.ts';
import type { TrainerProcess } from '../../../src/trainer/launch.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const trainer = (exitCode: number | null): TrainerProcess => ({
  exitCode,
  signalCode: null,
  once: () => undefined,
  unref: () => undefined,
});

const observer = () =>
  ({
    started: vi.fn(),
    progressed: vi.fn(),
    measured: vi.fn(),
    ended: vi.fn(),
    deserted: vi.fn(),
  }) satisfies RunObserver;

async function threeQueued() {
  const runsDir = temporaryFolder();
  const now = new Date();
  const runs = [];
  for (const seed of [0, 1, 2]) {
    const run = { recipeText: '', recipeName: 'demo', variant: 'a', seed, now, position: seed };
    runs.push({ ...(await createRun(runsDir, run)), variant: 'a', seed });
  }
  const statuses = async () => (await listRuns(runsDir)).map(({ status }) => status);
  return { runs, statuses };
}

const at = '2026-11-24T22:15:03.000Z';
const never = new AbortController().signal;

describe('followRuns', () => {
  it('takes all that wait out of the queue before it stops the run at work', async () => {
    const { runs, statuses } = await threeQueued();
    const [{ dir, record }] = runs;
    await claim(dir);
    await writeRunRecord(dir, { ...record, status: 'running', startedAt: at });
    const seen = observer();
    const followed = followRuns(runs, trainer(null), AbortSignal.abort(), seen);
    while ((await pending(dir)).length === 0) await pause(10);
    expect(await statuses()).toEqual(['running', 'stopped', 'stopped']);
    await writeRunRecord(dir, { ...record, status: 'stopped', startedAt: at });
    expect((await followed).map(({ status }) => status)).toEqual(['stopped', 'stopped', 'stopped']);
    expect([seen.started, seen.ended, seen.deserted].map(({ mock }) => mock.calls.length)).toEqual([1, 3, 0]);
  });

  it('takes runs out of the queue whose trainer has ended, and says so', async () => {
    const { runs, statuses } = await threeQueued();
    const seen = observer();
    await followRuns(runs, trainer(1), never, seen);
    expect(await statuses()).toEqual(['stopped', 'stopped', 'stopped']);
    expect([seen.started, seen.ended, seen.deserted].map(({ mock }) => mock.calls.length)).toEqual([0, 3, 1]);
  });

  it('names the folder of a run that vanished', async () => {
    const { runs } = await threeQueued();
    rmSync(runs[0].dir, { recursive: true });
    const followed = followRuns(runs, trainer(null), never, observer());
    await expect(followed).rejects.toThrow(RunFailure);
    await expect(followed).rejects.toThrow(`the run folder ${runs[0].dir} vanished`);
  });
});

describe('textReport', () => {
  it("shows the end of a lost run's log", async () => {
    const { runs } = await threeQueued();
    const [{ dir, record }] = runs;
    await writeRunRecord(dir, { ...record, status: 'running', startedAt: at });
    writeFileSync(runPaths(dir).log, ['one', 'two', 'three', 'four', 'five', 'six', ''].join('\n'));
    let out = '';
    const output = { write: (text: string) => (out += text) };
    const io = { stdout: output, stderr: output, isTerminal: false, cwd: '/', env: {} };
    await followRuns(runs.slice(0, 1), trainer(1), never, textReport(io, 1));
    expect(out).toMatch(
      /\[1\/1\] a, seed 0: lost: .*resume .*\n {2}two\n {2}three\n {2}four\n {2}five\n {2}six\n$/,
    );
  });

  it('shows why a run failed on the lines that it was told on, and nothing that steers the terminal', async () => {
    const { runs } = await threeQueued();
    const [{ dir, record }] = runs;
    const failure = 'found \x1b[2Jnothing\n  Make room.';
    await writeRunRecord(dir, { ...record, variant: 'a\x07', status: 'failed', startedAt: at, failure });
    let out = '';
    const output = { write: (text: string) => (out += text) };
    const io = { stdout: output, stderr: output, isTerminal: true, cwd: '/', env: {} };
    await followRuns(runs.slice(0, 1), trainer(1), never, textReport(io, 1));
    expect(out).toContain('[1/1] a\\u0007, seed 0: failed: found \\u001b[2Jnothing\n  Make room.\n');
    expect(out.replaceAll('\r\x1b[2K', '')).not.toMatch(/(?!\n)\p{Cc}/u);
  });
});
