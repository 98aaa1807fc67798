import { isResumed, metricsTail, type MetricsEntry } from '../../src/runs/metricsLog.ts';

/** The entries that count, without those that a resume made void; [] where there is no file yet. */
export async function readMetrics(path: string): Promise<MetricsEntry[]> {
  const next = metricsTail(path);
  let entries: MetricsEntry[] = [];
  for (;;) {
    const { lines, isAtEnd, restarted } = await next();
    if (restarted) entries = [];
    for (const line of lines) {
      if (isResumed(line)) entries = entries.filter(({ step }) => step <= line.step);
      else entries.push(line);
    }
    if (isAtEnd) return entries;
  }
}
