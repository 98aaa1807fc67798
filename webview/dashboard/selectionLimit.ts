import type { DashboardSnapshot, RunKey } from '../../src/protocol/dashboard.ts';

/** So many runs are shown at most: the editor keeps the last of those that the page asks for. */
const limit = 100;

/** How many runs the user selected, where they are more than are shown. `asked`: the runs that the page asked for last. */
export function selectedInAll(
  { runs, selected }: Pick<DashboardSnapshot, 'runs' | 'selected'>,
  asked: readonly RunKey[] | undefined,
): number | undefined {
  if (asked === undefined || asked.length <= limit || selected.length !== limit) return undefined;
  const there = new Set(runs.map(({ key }) => key));
  const wanted = new Set(asked.filter((key) => there.has(key)));
  // Something else can have been selected since, by a command of the editor.
  return wanted.size > limit && selected.every((key) => wanted.has(key)) ? wanted.size : undefined;
}
