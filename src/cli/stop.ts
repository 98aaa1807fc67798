import { resolve } from 'node:path';
import { printable } from '../core/printable.ts';
import { findRun } from '../runs/runFolder.ts';
import { stopRuns, type Stopped } from '../runs/stopRuns.ts';
import type { Command } from './command.ts';

export const command: Command = {
  name: 'stop',
  usage: 'RUN... [--runs DIR]',
  summary:
    'Asks runs at work to end with a checkpoint, and takes those that wait out of the queue; `resume` goes on with them.',
  positionals: { least: 1, most: Infinity },
  options: { runs: { type: 'string' } },
  async run({ values, positionals, io }) {
    const runsDir = resolve(io.cwd, (values.runs as string | undefined) ?? 'runs');
    const ids = new Map<string, string>();
    for (const argument of positionals) {
      const { id, dir } = await findRun(argument, { cwd: io.cwd, runsDir });
      ids.set(dir, id);
    }
    const stopped = await stopRuns([...ids.keys()]);
    for (const [dir, id] of ids) io.stdout.write(`${printable(id)}: ${words[stopped.get(dir)!]}\n`);
    return [...stopped.values()].includes('idle') ? 1 : 0;
  },
};

const words: Readonly<Record<Stopped, string>> = {
  unqueued: 'taken out of the queue',
  asked: 'asked to stop; it ends with a checkpoint',
  idle: 'neither works nor waits, so there is nothing to stop',
};
