import { basename, dirname, resolve } from 'node:path';
import { makeFolder, writeFileAtomically } from '../files/atomicWrite.ts';
import { findRun } from '../runs/runFolder.ts';
import { runPaths } from '../runs/runPaths.ts';
import { isActive } from '../runs/runState.ts';
import { predictionLines } from '../tasks/predictionLines.ts';
import { predictionsOf, predicts } from '../tasks/predictions.ts';
import { findTask } from '../tasks/registry.ts';
import type { Command } from './command.ts';
import { nameOfTheRun, nothingToPredict, stillActive } from './errors.ts';
import { runSubject } from './runSubject.ts';
import { subjectOfRun } from './subject.ts';
import { inputRows, splitRows } from './subjectRows.ts';

export const command: Command = {
  name: 'predict',
  usage: 'RUN [--file FILE] [--save] [--runs DIR]',
  summary:
    "Prints a line of JSON for each row of a file (default: the run's validation data), by the best checkpoint. " +
    'With --save they are kept in the run, where the dashboard shows them.',
  positionals: { least: 1, most: 1 },
  options: { file: { type: 'string' }, save: { type: 'boolean' }, runs: { type: 'string' } },
  async run({ values, positionals, io, signal }) {
    const file = values.file as string | undefined;
    const runsDir = resolve(io.cwd, (values.runs as string | undefined) ?? 'runs');
    const place =
      values.save === true ? await savedAt(positionals[0], file, { cwd: io.cwd, runsDir }) : undefined;
    const subject = await subjectOfRun(positionals[0], runsDir, io);
    const { task: section } = subject.configuration;
    const task = findTask(section.type);
    if (!predicts(task)) throw nothingToPredict(task.id);
    const chosen =
      file === undefined
        ? await splitRows(subject, 'validation')
        : await inputRows(subject, resolve(io.cwd, file));
    const outcomes = await runSubject(subject, chosen, { isMeasured: false, signal });
    const lines = predictionLines(
      task,
      section,
      chosen.rows,
      predictionsOf(task, section, outcomes, subject.labels),
    );
    if (place === undefined) {
      for (const line of lines) io.stdout.write(line);
      return 0;
    }
    await makeFolder(dirname(place));
    await writeFileAtomically(place, (handle) => handle.writeFile(lines.join('')));
    io.stdout.write(`${place}\n`);
    return 0;
  },
};

/** Beside what the run's own process wrote at its end: a file's name has an extension, a split's has none. @throws Refusal while it may still write */
async function savedAt(
  argument: string,
  file: string | undefined,
  place: { readonly cwd: string; readonly runsDir: string },
): Promise<string> {
  const run = await findRun(argument, place);
  if (isActive(run)) throw stillActive(run.id, run.status);
  if (file !== undefined && !isOfItsOwn(basename(file))) throw nameOfTheRun(basename(file));
  return runPaths(run.dir).predictions(file === undefined ? 'validation' : basename(file));
}

/** Whether predictions of a file of that name are shown, and are not taken for those that a run writes itself. */
function isOfItsOwn(name: string): boolean {
  return !name.startsWith('.') && name !== 'validation' && name !== 'test';
}
