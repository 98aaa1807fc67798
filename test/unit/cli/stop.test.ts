import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pending } from '../../../src/runs/control.ts';
import { claim, release } from '../../../src/runs/lock.ts';
import { readRunRecord } from '../../../src/runs/runRecord.ts';
import { writeRun } from '../../support/recordedRuns.ts';
import { runCommand } from '../../support/runCommand.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

it('asks runs at work to stop, takes waiting ones out of the queue, and says of which there was nothing to stop', async () => {
  const cwd = temporaryFolder();
  const runsDir = join(cwd, 'runs');
  const waiting = writeRun(runsDir, 'waiting', { record: { status: 'queued' } });
  const working = writeRun(runsDir, 'working', { record: { status: 'running' } });
  const done = writeRun(runsDir, 'done');
  const lock = await claim(working);
  try {
    const both = await runCommand(['stop', 'working', waiting, 'working'], { cwd });
    expect(both).toEqual({
      status: 0,
      out: 'working: asked to stop; it ends with a checkpoint\nwaiting: taken out of the queue\n',
      err: '',
    });
    expect(await pending(working)).toEqual(['stop']);
    expect(await pending(waiting)).toEqual([]);
    expect(await readRunRecord(waiting)).toMatchObject({ record: { status: 'stopped' } });
  } finally {
    await release(lock!);
  }
  expect(await runCommand(['stop', 'done'], { cwd })).toMatchObject({
    status: 1,
    out: expect.stringMatching(/^done: neither works nor waits/),
  });
  expect(await pending(done)).toEqual([]);
});

it('stops none where one that is named is not there', async () => {
  const cwd = temporaryFolder();
  const waiting = writeRun(join(cwd, 'runs'), 'waiting', { record: { status: 'queued' } });
  const { status, err } = await runCommand(['stop', 'waiting', 'none'], { cwd });
  expect(status).toBe(2);
  expect(err).toMatch(/found no such run: none/);
  expect(await readRunRecord(waiting)).toMatchObject({ record: { status: 'queued' } });
});
