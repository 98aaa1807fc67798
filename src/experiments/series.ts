import type { RunKey, SeriesChunk } from '../protocol/dashboard.ts';
import { isResumed, metricsTail, type MetricsLine } from '../runs/metricsLog.ts';
import { Points, type PointsChange } from './points.ts';

/** Everything that a run has measured, metric by metric, in bounded memory: grows with its metrics.jsonl. */
export interface RunSeries {
  /** Reads the next piece of the file, a few MB; false where that was the last one. Calls must not overlap. */
  read(): Promise<boolean>;
  /** What changed since the last call of this function. */
  take(): SeriesChunk[];
  /** As it is now, and from now on `take` gives what comes after. */
  takeWhole(): SeriesChunk[];
}

/** Even; a chart is far narrower. */
const POINT_LIMIT = 20_000;
/** Runs measure some ten; a file that is none of ours could name any number. */
const METRIC_LIMIT = 200;

/** @param path of the metrics.jsonl, which need not exist yet */
export function runSeries(run: RunKey, path: string, pointLimit = POINT_LIMIT): RunSeries {
  const tail = metricsTail(path);
  const metrics = new Map<string, Points>();
  const add = (line: MetricsLine) => {
    if (isResumed(line)) for (const points of metrics.values()) points.dropAfter(line.step);
    else addEntry(metrics, line, pointLimit);
  };
  const changes = (changeOf: (points: Points) => PointsChange | undefined) =>
    [...metrics].flatMap(([metric, points]) => chunksOf({ run, metric }, changeOf(points)));
  return {
    read: async () => {
      const { lines, isAtEnd, restarted } = await tail();
      if (restarted) for (const points of metrics.values()) points.dropAfter(-Infinity);
      lines.forEach(add);
      return !isAtEnd;
    },
    take: () => changes((points) => points.take()),
    takeWhole: () =>
      changes((points) => {
        points.take();
        return points.whole();
      }),
  };
}

/** Columns that say where a line stands; every other one is a metric. */
function addEntry(
  metrics: Map<string, Points>,
  { step, time, epoch, ...values }: Readonly<Record<string, number>>,
  pointLimit: number,
): void {
  if (!Number.isFinite(step)) return;
  for (const [metric, value] of Object.entries(values)) {
    if (!Number.isFinite(value)) continue;
    let points = metrics.get(metric);
    if (points === undefined) {
      if (metrics.size === METRIC_LIMIT) continue;
      metrics.set(metric, (points = new Points(pointLimit)));
    }
    points.append({ step, time: finite(time), epoch: finite(epoch), value });
  }
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

function chunksOf(
  names: Pick<SeriesChunk, 'run' | 'metric'>,
  change: PointsChange | undefined,
): SeriesChunk[] {
  if (change === undefined) return [];
  const { from, points, stride } = change;
  const column = <Name extends keyof (typeof points)[number]>(name: Name) =>
    points.map((point) => point[name]);
  return [
    {
      ...names,
      from,
      step: column('step'),
      time: column('time'),
      epoch: column('epoch'),
      value: column('value'),
      stride,
    },
  ];
}
