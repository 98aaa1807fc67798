import { resolve } from 'node:path';
import type { Command, CommandContext } from './command.ts';
import { badArguments } from './errors.ts';
import { isRecipeFile } from './recipeFile.ts';
import { runSubject } from './runSubject.ts';
import { subjectOfRecipe, subjectOfRun, type Subject } from './subject.ts';
import { fileRows, splitRows, type EvaluatedSplit } from './subjectRows.ts';
import { count, fixed } from '../core/display.ts';
import { printable } from '../core/printable.ts';
import { textTable } from '../core/textTable.ts';

export const command: Command = {
  name: 'evaluate',
  usage:
    'RUN|RECIPE [--adapter DIR] [--variant NAME] [--file FILE | --split validation|test] [--runs DIR] [--json]',
  summary:
    "Measures a run's best checkpoint, or a recipe's model with an adapter folder (ours or HF PEFT's).",
  positionals: { least: 1, most: 1 },
  options: {
    adapter: { type: 'string' },
    variant: { type: 'string' },
    file: { type: 'string' },
    split: { type: 'string' },
    runs: { type: 'string' },
    json: { type: 'boolean' },
  },
  async run(context) {
    const { values, positionals, io, signal } = context;
    const file = values.file as string | undefined;
    const split = splitOf(context);
    const subject = await subjectOf(context);
    const chosen =
      file === undefined ? await splitRows(subject, split) : await fileRows(subject, resolve(io.cwd, file));
    const { examples, metrics } = await runSubject(subject, chosen, { isMeasured: true, signal });
    const result: Result = {
      [isRecipeFile(positionals[0]) ? 'recipe' : 'run']: positionals[0],
      ...(values.adapter !== undefined && { adapter: values.adapter as string }),
      file: chosen.file,
      ...(file === undefined && { split }),
      examples: chosen.rows.length,
      ...(chosen.dropped !== undefined && { dropped: chosen.dropped }),
      truncated: examples.filter(({ truncated }) => truncated).length,
      metrics,
    };
    io.stdout.write(values.json === true ? `${JSON.stringify(result)}\n` : textOf(result));
    return 0;
  },
};

/** What `--json` prints; its keys are documented and keep their meaning. */
interface Result {
  readonly run?: string;
  readonly recipe?: string;
  readonly adapter?: string;
  readonly file: string;
  readonly split?: EvaluatedSplit;
  readonly examples: number;
  /** Rows of the file that are left out for their labels, where the recipe leaves some out. */
  readonly dropped?: number;
  /** Of them, those that were cut to the model's or the recipe's length. */
  readonly truncated: number;
  /** `loss` is the mean of the task's loss, without label smoothing. */
  readonly metrics: Readonly<Record<string, number>>;
}

function subjectOf({ values, positionals: [argument], io }: CommandContext): Promise<Subject> {
  const [adapter, variant] = [values.adapter as string | undefined, values.variant as string | undefined];
  if (isRecipeFile(argument)) return subjectOfRecipe(argument, { adapter, variant }, io);
  if (adapter !== undefined || variant !== undefined) {
    throw badArguments(command, `evaluate: --adapter and --variant go with a recipe, found ${argument}`);
  }
  return subjectOfRun(argument, resolve(io.cwd, (values.runs as string | undefined) ?? 'runs'), io);
}

function splitOf({ values: { file, split } }: CommandContext): EvaluatedSplit {
  if (file !== undefined && split !== undefined)
    throw badArguments(command, 'evaluate: expected --file or --split, found both');
  if (split === undefined || split === 'validation' || split === 'test') return split ?? 'validation';
  throw badArguments(command, `--split: expected validation or test, found ${String(split)}`);
}

function textOf({ file, split, examples, dropped, truncated, metrics }: Result): string {
  const title = split === undefined ? file : `${split} (${file})`;
  const cut = truncated === 0 ? '' : `, ${count(truncated)} of them cut`;
  const out = dropped === undefined ? '' : `, ${count(dropped)} of the file left out for their labels`;
  const rows = Object.entries(metrics).map(([name, value]) => [name, fixed(value, 4)]);
  return `${printable(title)}: N = ${count(examples)}${cut}${out}\n${textTable(rows, ['left', 'right'])}`;
}
