import { Uri } from 'vscode';
import { messageOf } from '../../core/errors.ts';
import type { RunKey } from '../../protocol/dashboard.ts';
import { activeRecipe } from '../activeRecipe.ts';
import { runsOfRecipe } from '../runs/runsOfRecipe.ts';
import type { Services } from '../services.ts';
import { targetKeys } from './target.ts';

export const id = 'peftWorkbench.openDashboard';

/** Shows the runs it was invoked on, else those of the active recipe, else what the dashboard shows by itself. */
export async function run(services: Services, ...args: unknown[]): Promise<void> {
  const named = targetKeys(args);
  const recipe = args[0] instanceof Uri ? args[0] : activeRecipe();
  const keys = named ? [...named] : recipe ? await keysOfRecipe(services, recipe) : [];
  services.dashboard.show(keys.length > 0 ? keys : undefined);
}

/** Runs know their recipe by its name. The dashboard opens also where a recipe cannot be described. */
async function keysOfRecipe({ language, runs, log }: Services, uri: Uri): Promise<RunKey[]> {
  try {
    const { name } = await language.ask('peft/describe', { uri: uri.toString() });
    await runs.ready;
    return runsOfRecipe(runs, name, uri).map(({ dir }) => dir);
  } catch (error) {
    log.warn(messageOf(error));
    return [];
  }
}
