import { runSeries, type RunSeries } from '../../experiments/series.ts';
import type { Run } from '../../runs/runFolder.ts';
import { runPaths } from '../../runs/runPaths.ts';

/** One metric of a run over its steps; arrays of one length. */
export interface Curve {
  readonly metric: string;
  readonly step: readonly number[];
  readonly value: readonly number[];
}

/** Everything that runs have measured, as far as lines in an editor can show it: read once, then what was appended. */
export interface Curves {
  /** @throws system error where the file is there but cannot be read */
  read(run: Run): Promise<readonly Curve[]>;
}

/** An image in a hover is a few hundred pixels wide. */
const POINT_LIMIT = 600;
/** Runs that are remembered: one for each recipe that is looked at. */
const RUN_LIMIT = 8;

export function createCurves(): Curves {
  const readers = new Map<string, Reader>();
  return {
    read: ({ dir }) => {
      const reader = readers.get(dir) ?? readerOf(dir);
      // The one used last is the last in the map.
      readers.delete(dir);
      readers.set(dir, reader);
      if (readers.size > RUN_LIMIT) readers.delete(readers.keys().next().value!);
      return reader();
    },
  };
}

type Reader = () => Promise<readonly Curve[]>;

/** One reading at a time; whoever asks meanwhile gets the same. */
function readerOf(dir: string): Reader {
  const series = runSeries(dir, runPaths(dir).metrics, POINT_LIMIT);
  let current: Promise<readonly Curve[]> | undefined;
  return () => (current ??= readAll(series).finally(() => (current = undefined)));
}

async function readAll(series: RunSeries): Promise<readonly Curve[]> {
  while (await series.read());
  return series.takeWhole().map(({ metric, step, value }) => ({ metric, step, value }));
}
