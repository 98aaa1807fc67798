import { dirname, resolve } from 'node:path';
import { clear, pending } from '../runs/control.ts';
import { claim, release } from '../runs/lock.ts';
import { findRun } from '../runs/runFolder.ts';
import { writeRunRecord } from '../runs/runRecord.ts';
import type { Command } from './command.ts';
import { alreadyFinished, atWork } from './errors.ts';
import { trainQueued, wayOf, wayOptions, wayUsage } from './trainQueued.ts';

export const command: Command = {
  name: 'resume',
  usage: `RUN [--runs DIR] ${wayUsage}`,
  summary: 'Goes on with a run from its last checkpoint, as if it had not been interrupted.',
  positionals: { least: 1, most: 1 },
  options: { runs: { type: 'string' }, ...wayOptions },
  async run(context) {
    const { values, positionals, io, signal } = context;
    const way = wayOf(values);
    const runsDir = resolve(io.cwd, (values.runs as string | undefined) ?? 'runs');
    const { id, dir, record: found } = await findRun(positionals[0], { cwd: io.cwd, runsDir });
    if (found.status === 'finished') throw alreadyFinished(id);
    const lock = await claim(dir);
    if (lock === undefined) throw atWork(id);
    try {
      // Until the claim it was another's, who may have brought it to its end.
      const { record } = await findRun(dir, { cwd: io.cwd, runsDir });
      if (record.status === 'finished') throw alreadyFinished(id);
      signal.throwIfAborted();
      // What was asked of an earlier session that could no longer answer.
      for (const what of await pending(dir)) await clear(dir, what);
      await writeRunRecord(dir, { ...record, status: 'queued', endedAt: undefined, failure: undefined });
    } finally {
      await release(lock);
    }
    const { variant, seed } = found;
    return trainQueued([{ id, dir, variant, seed }], dirname(dir), way, context);
  },
};
