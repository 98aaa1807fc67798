import type { DashboardSnapshot, RunRow } from '../../../src/protocol/dashboard.ts';
import type { PredictionsQuery } from '../../../src/protocol/predictions/messages.ts';
import { hasEnded } from '../../../src/protocol/runState.ts';
import type { PredictionsChoice, UiState } from '../uiState.ts';

/** Examples a page: few enough to read. */
export const PAGE_SIZE = 25;

/** The selected runs, in the order of the table. */
export function askable({ runs, selected }: DashboardSnapshot): readonly RunRow[] {
  return runs.filter(({ key, status }) => selected.includes(key) && status !== 'unreadable');
}

/** What is asked for what the user has chosen: of a run that is not selected any more, of the last one that has ended. */
export function queryOf({
  snapshot,
  ui,
}: {
  readonly snapshot: DashboardSnapshot;
  readonly ui: UiState;
}): PredictionsQuery | undefined {
  const runs = askable(snapshot);
  const { run, file, having, order, from } = ui.predictions;
  const page = { order, count: PAGE_SIZE };
  if (runs.some(({ key }) => key === run))
    return {
      run: run!,
      ...(file !== undefined && { file }),
      ...(having !== undefined && { having }),
      ...page,
      from,
    };
  const other = runs.filter(hasEnded).at(-1) ?? runs.at(-1);
  return other && { run: other.key, ...page, from: 0 };
}

/** The choice that a question asks for: nothing of a run that is not selected any more. */
export function choiceOf({ run, file, having, order, from }: PredictionsQuery): PredictionsChoice {
  return { run, file, having, order, from };
}

/** Equal for equal questions. */
export function queryName({ run, file, having, order, from, count }: PredictionsQuery): string {
  return JSON.stringify([run, file, having, order, from, count]);
}
