import type { DashboardSnapshot } from '../../src/protocol/dashboard.ts';
import { formatSigned } from './format.ts';
import { say } from './strings.ts';

type Row = NonNullable<DashboardSnapshot['comparison']>['rows'][number];

/** A row's difference to the baseline; with the number of pairs where not every seed of the row has one. */
export function differenceText({ difference, n }: Pick<Row, 'difference' | 'n'>): string {
  if (difference === undefined) return '–';
  const mean = formatSigned(difference.mean);
  return difference.n === n ? mean : say('ofPairs', mean, difference.n);
}
