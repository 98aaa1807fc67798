import { basename } from 'node:path';
import * as vscode from 'vscode';
import { queuedSchema } from '../../protocol/commandLine.ts';
import { folderOfRecipe } from '../localFolders.ts';
import { runsFolderOf } from '../runs/runsFolder.ts';
import type { Services } from '../services.ts';
import { done } from '../walkthrough.ts';
import { checkMemory } from './checkMemory.ts';
import { chooseRuns, type ChosenRuns } from './chooseRuns.ts';
import { concurrentRuns, trainingWay } from './concurrentRuns.ts';
import { noFolderOpen, notOnDisk, notSaved, recipeHasErrors } from './errors.ts';
import { withProgress } from './progress.ts';
import { targetRecipe } from './recipes.ts';
import { lineOf, runCli } from './runCli.ts';
import { requireTrust } from './trust.ts';

export const id = 'peftWorkbench.startTuning';

/** Queues runs of a recipe and starts a process of its own for them, which outlives this one. */
export async function run(services: Services, given?: unknown): Promise<void> {
  await requireTrust();
  const chosen = await targetRecipe(services, given, vscode.l10n.t('Start which recipe?'));
  const key = chosen.toString();
  if (starting.has(key)) return services.log.info(`${id}: ${chosen.path} is being started already`);
  starting.add(key);
  try {
    await startRecipe(services, chosen);
  } finally {
    starting.delete(key);
  }
}

/** Recipes between the click and the queue: a second click is none for a second start. */
const starting = new Set<string>();

async function startRecipe(services: Services, chosen: vscode.Uri): Promise<void> {
  const recipe = await saved(chosen);
  const name = basename(recipe.path);
  const description = await services.language.ask('peft/describe', { uri: recipe.toString() });
  if (description.errors > 0) {
    await vscode.commands.executeCommand('workbench.actions.view.problems');
    throw recipeHasErrors(name, description.errors);
  }
  const runs = await chooseRuns(description, vscode.l10n.t('Start {0}', name));
  const { variants, count } = runs;
  await checkMemory(services, recipe, { variants, atOnce: Math.min(concurrentRuns(recipe), count) });
  await start(services, recipe, runs);
}

async function start(services: Services, recipe: vscode.Uri, { variants, seeds }: ChosenRuns): Promise<void> {
  const folder = folderOfRecipe(recipe);
  if (folder === undefined) throw noFolderOpen();
  const executor = vscode.workspace.getConfiguration('peftWorkbench', recipe).get<string>('executor');
  const options = [
    ...[...trainingWay(recipe), '--runs', runsFolderOf(folder)],
    ...(executor === undefined || executor === 'recipe' ? [] : ['--executor', executor]),
    // With `=`: a variant's name may start with a dash.
    ...variants.map((variant) => `--variant=${variant}`),
    ...seeds.flatMap((seed) => ['--seed', String(seed)]),
  ];
  // It looks at model and data before anything is queued.
  const title = vscode.l10n.t('Starting {0}', basename(recipe.path));
  const stdout = await withProgress({ title }, ({ signal }) =>
    runCli(services, ['train', recipe.fsPath, ...options], { cwd: folder.uri.fsPath, signal }),
  );
  const queued = lineOf(queuedSchema, stdout, 'train');
  done('tuningStarted');
  await services.runs.refresh();
  services.dashboard.show(queued.runs.map(({ dir }) => dir));
}

/** Address of the recipe once it lies on disk as the editor shows it. @throws UserError where it was not saved */
async function saved(recipe: vscode.Uri): Promise<vscode.Uri> {
  const document = await vscode.workspace.openTextDocument(recipe);
  if (document.isUntitled) {
    const place = await vscode.workspace.saveAs(recipe);
    if (place === undefined) throw new vscode.CancellationError();
    if (place.scheme !== 'file') throw notOnDisk(basename(place.path));
    return place;
  }
  // A version of the file's history has the file's path.
  if (recipe.scheme !== 'file') throw notOnDisk(basename(recipe.path));
  if (document.isDirty && !(await document.save())) throw notSaved(basename(recipe.path));
  return recipe;
}
