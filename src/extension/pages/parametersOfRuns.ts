import * as vscode from 'vscode';
import { messageOf } from '../../core/errors.ts';
import { runParameters } from '../../experiments/runParameters.ts';
import type { RunParameters } from '../../protocol/dashboard.ts';
import type { VariantParameters } from '../../protocol/language.ts';
import type { Run } from '../../runs/runFolder.ts';
import { runPaths } from '../../runs/runPaths.ts';
import type { Services } from '../services.ts';

/** What runs train, by the recipe in their own folder; asked once for all runs of one configuration. Never fails: what is not known is undefined. */
export function parametersOfRuns({
  language,
  log,
}: Pick<Services, 'language' | 'log'>): (run: Run) => Promise<RunParameters | undefined> {
  const asked = new Map<string, Promise<VariantParameters['counts']>>();
  const ask = async (run: Run) => {
    try {
      const uri = vscode.Uri.file(runPaths(run.dir).recipe).toString();
      const { variants } = await language.ask('peft/parameters', { uri });
      // The recipe of a run has its own variant alone.
      return variants[0]?.counts;
    } catch (error) {
      log.warn(`${run.dir}: its parameters are not known: ${messageOf(error)}`);
      return undefined;
    }
  };
  return async (run) => {
    const { configuration } = run.record;
    const answer = asked.get(configuration) ?? ask(run);
    asked.set(configuration, answer);
    const counts = await answer;
    // The model may be there the next time.
    if (counts === undefined) asked.delete(configuration);
    return counts && runParameters(run.dir, counts);
  };
}
