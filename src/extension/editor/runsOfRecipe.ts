import type { Run } from '../../runs/runFolder.ts';
import type { RunStore } from '../runs/runStore.ts';
import { isTraining } from '../runs/runState.ts';

/** Runs know their recipe by its name. Oldest first. */
export function runsOfRecipe({ runs }: RunStore, name: string): Run[] {
  return runs.filter((run): run is Run => 'record' in run && run.record.recipe === name);
}

/** The newest run that trains, else the newest that has begun. */
export function shownRun(runs: readonly Run[]): Run | undefined {
  const begun = runs.filter(({ record }) => record.startedAt !== undefined);
  return runs.filter(isTraining).at(-1) ?? begun.at(-1);
}
