import type { RunRow } from '../../src/protocol/dashboard.ts';
import type { StringKey } from './strings.ts';

const spoken: Partial<Record<RunRow['status'], StringKey>> = {
  running: 'runStarted',
  finished: 'runFinished',
  failed: 'runFailed',
  stopped: 'runStopped',
};

/** Which runs came into a status that is worth a sentence since `before`. */
export function statusChanges(
  before: readonly RunRow[],
  after: readonly RunRow[],
): { readonly run: RunRow; readonly sentence: StringKey }[] {
  const known = new Map(before.map(({ key, status }) => [key, status]));
  return after.flatMap((run) => {
    const sentence = spoken[run.status];
    const was = known.get(run.key);
    // A run that appears in another status than running is an old one that was found.
    const isNews = was === undefined ? run.status === 'running' : was !== run.status;
    return sentence && isNews ? [{ run, sentence }] : [];
  });
}
