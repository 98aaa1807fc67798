import { dirname, resolve } from 'node:path';
import type { ExecutorId } from '../engine/executor.ts';
import { executors } from '../engine/registry.ts';
import { checkRecipe } from '../recipe/check.ts';
import { launchTrainer } from '../trainer/launch.ts';
import type { Command, CommandContext } from './command.ts';
import { faultyRecipe, noSuchExecutor } from './errors.ts';
import { gatherFacts } from './facts.ts';
import { followRuns } from './followRuns.ts';
import { checkInputs, queueRuns, selectRuns, type QueuedRun } from './queueRuns.ts';
import { problemLine, readRecipeFile } from './recipeFile.ts';
import { finishedEvent, jsonReport, textReport } from './runReport.ts';

export const command: Command = {
  name: 'train',
  usage: 'RECIPE [--variant NAME]... [--seed N]... [--set PATH=YAML]... [--runs DIR] [--executor E] [--json]',
  summary:
    'Trains the runs of a recipe, all or those named, one after the other. Ctrl-C stops with a checkpoint.',
  positionals: { least: 1, most: 1 },
  options: {
    variant: { type: 'string', multiple: true },
    seed: { type: 'string', multiple: true },
    set: { type: 'string', multiple: true },
    runs: { type: 'string' },
    executor: { type: 'string' },
    json: { type: 'boolean' },
  },
  async run(context) {
    const { values, positionals, io } = context;
    const list = (name: string) => (values[name] as string[] | undefined) ?? [];
    const { path, recipe } = await readRecipeFile(positionals[0], io.cwd, list('set'));
    const facts = await gatherFacts(recipe, { recipeDir: dirname(path), env: io.env });
    const errors = checkRecipe(recipe, facts).filter(({ severity }) => severity === 'error');
    if (errors.length > 0) throw faultyRecipe(errors.map((problem) => problemLine(positionals[0], problem)));
    const runs = await selectRuns(recipe, path, {
      variants: list('variant'),
      seeds: list('seed').map(Number),
      executor: executorOf(values.executor as string | undefined),
    });
    await checkInputs(runs, io.env);
    const runsDir = resolve(io.cwd, (values.runs as string | undefined) ?? 'runs');
    return trainQueued(await queueRuns(runs, runsDir), runsDir, context);
  },
};

/** Starts a trainer for runs that are queued, and tells what becomes of them. Returns the exit status. */
export async function trainQueued(
  queued: readonly QueuedRun[],
  runsDir: string,
  { values, io, signal }: CommandContext,
): Promise<number> {
  const trainer = launchTrainer(runsDir, io.env);
  const report = values.json === true ? jsonReport(io) : textReport(io, queued.length);
  const ended = await followRuns(queued, trainer, signal, report);
  trainer.unref();
  if (values.json === true)
    io.stdout.write(`${JSON.stringify({ event: 'done', runs: ended.map(finishedEvent) })}\n`);
  else io.stdout.write(`runs: ${runsDir}\n`);
  return ended.every(({ status }) => status === 'finished') ? 0 : 1;
}

function executorOf(name: string | undefined): ExecutorId | 'auto' | undefined {
  if (name === undefined || name === 'auto' || Object.hasOwn(executors, name))
    return name as ExecutorId | 'auto' | undefined;
  throw noSuchExecutor(name, ['auto', ...Object.keys(executors)]);
}
