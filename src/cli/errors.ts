import { messageOf, Refusal, UserError } from '../core/errors.ts';
import type { Command } from './command.ts';

export function unknownCommand(name: string, meant: string | undefined): UserError {
  const remedy =
    meant === undefined ? '`peft-workbench --help` lists the commands.' : `Did you mean \`${meant}\`?`;
  return new UserError(`Expected the name of a command, found ${name}`, remedy);
}

export function badArguments(command: Command, fault: string): UserError {
  return new UserError(fault, `Usage: peft-workbench ${command.name} ${command.usage}`);
}

export function recipeUnreadable(file: string, cause: unknown): UserError {
  return new UserError(
    `${file}: expected a recipe as UTF-8 text, but it cannot be read: ${messageOf(cause)}`,
  );
}

/** One line per error, as `check` prints them. */
export function faultyRecipe(lines: readonly string[]): UserError {
  return new UserError(lines.join('\n'));
}

export function noSuchBaseline(baseline: string, labels: readonly string[]): UserError {
  return new UserError(`--baseline: expected one of ${labels.join(', ')}; found ${baseline}`);
}

export function noRunsOf(recipe: string, runsDir: string): Refusal {
  return new Refusal(
    `${runsDir} has no run of the recipe ${recipe}. Train it first, or name its folder with --runs.`,
  );
}

export function nothingMeasured(metric: string | undefined): Refusal {
  return new Refusal(
    `None of the runs has finished with ${metric === undefined ? 'a metric' : `the metric ${metric}`}, so there is nothing to compare.`,
  );
}

export function badSetting(text: string): UserError {
  return new UserError(`--set: expected PATH=YAML that leads to a field of the recipe, found ${text}`);
}

export function noSuchVariant(variant: string, known: readonly string[]): UserError {
  return new UserError(`--variant: expected one of ${known.map((name) => `"${name}"`).join(', ')}; found "${variant}"`);
}

export function noSuchSeed(seed: number): UserError {
  return new UserError(`--seed: expected a whole number from 0 to ${2 ** 31 - 1}, found ${seed}`);
}

export function noSuchExecutor(name: string, known: readonly string[]): UserError {
  return new UserError(`--executor: expected one of ${known.join(', ')}; found ${name}`);
}

export function alreadyFinished(run: string): Refusal {
  return new Refusal(`${run} has finished; there is nothing to resume.`);
}

export function atWork(run: string): Refusal {
  return new Refusal(`${run} is being trained by a process that is alive.`);
}
