import { resolve } from 'node:path';
import { predictionsOf } from '../tasks/predictions.ts';
import { findTask } from '../tasks/registry.ts';
import type { Command } from './command.ts';
import { runSubject } from './runSubject.ts';
import { subjectOfRun } from './subject.ts';
import { inputRows, splitRows } from './subjectRows.ts';

export const command: Command = {
  name: 'predict',
  usage: 'RUN [--file FILE] [--runs DIR]',
  summary:
    "Prints a line of JSON for each row of a file (default: the run's validation data), by the best checkpoint.",
  positionals: { least: 1, most: 1 },
  options: { file: { type: 'string' }, runs: { type: 'string' } },
  async run({ values, positionals, io, signal }) {
    const file = values.file as string | undefined;
    const subject = await subjectOfRun(
      positionals[0],
      resolve(io.cwd, (values.runs as string | undefined) ?? 'runs'),
      io,
    );
    const { rows } =
      file === undefined
        ? await splitRows(subject, 'validation')
        : await inputRows(subject, resolve(io.cwd, file));
    const outcomes = await runSubject(subject, rows, signal);
    const { task } = subject.configuration;
    for (const prediction of predictionsOf(findTask(task.type), task, outcomes, subject.labels))
      io.stdout.write(`${JSON.stringify(prediction)}\n`);
    return 0;
  },
};
