import { dirname } from 'node:path';
import type { Uri } from 'vscode';
import type { Run } from '../../runs/runFolder.ts';
import { folderOfRecipe } from '../localFolders.ts';
import { runsFolderOf } from '../runs/runsFolder.ts';
import type { RunStore } from './runStore.ts';
import { isTraining } from '../../runs/runState.ts';

/** Runs know their recipe by its name, and lie in the runs folder of its workspace folder. Oldest first. */
export function runsOfRecipe({ runs }: RunStore, name: string, recipe: Uri): Run[] {
  const folder = folderOfRecipe(recipe);
  const runsDir = folder && runsFolderOf(folder);
  return runs.filter(
    (run): run is Run => 'record' in run && run.record.recipe === name && dirname(run.dir) === runsDir,
  );
}

/** The newest run that trains, else the newest that has begun. */
export function shownRun(runs: readonly Run[]): Run | undefined {
  const begun = runs.filter(({ record }) => record.startedAt !== undefined);
  return runs.filter(isTraining).at(-1) ?? begun.at(-1);
}
