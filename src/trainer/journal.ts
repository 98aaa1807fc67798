import { messageOf } from '../core/errors.ts';
import { openMetricsLog } from '../runs/metricsLog.ts';
import { openRunLog } from '../runs/runLog.ts';
import { runPaths } from '../runs/runPaths.ts';
import { readRunRecord, writeRunRecord, type RunPhase, type RunRecord } from '../runs/runRecord.ts';

/** What the trainer writes about a run while it works: run.json, metrics.jsonl and trainer.log. */
export interface Journal {
  readonly record: RunRecord;
  /** Time spent on the run so far, over all sessions. */
  elapsedMs(): number;
  /** Replaces fields of run.json. */
  update(fields: Partial<RunRecord>): Promise<void>;
  /** The same, at most once a second: for what changes with every step. */
  updateSometimes(fields: () => Partial<RunRecord>): Promise<void>;
  phase(phase: RunPhase): Promise<void>;
  log(text: string): void;
  /** Appends a line to metrics.jsonl. @throws RunFailure */
  metrics(step: number, values: Readonly<Record<string, number>>): void;
  resumed(step: number): void;
  close(): void;
}

const SOMETIMES_MS = 1000;

export async function openJournal(runDir: string): Promise<Journal> {
  const read = await readRunRecord(runDir);
  if ('problem' in read) throw new Error(`internal: a run was claimed whose ${read.problem}`);
  const paths = runPaths(runDir);
  const log = openRunLog(paths.log);
  const metrics = openMetricsLog(paths.metrics);
  const openedMs = performance.now();
  const earlierMs = read.record.elapsedMs;
  let record = read.record;
  let writtenMs = -Infinity;

  const journal: Journal = {
    get record() {
      return record;
    },
    elapsedMs: () => earlierMs + performance.now() - openedMs,
    update: async (fields) => {
      const next = { ...record, ...fields, elapsedMs: journal.elapsedMs() };
      writtenMs = performance.now();
      await writeRunRecord(runDir, next);
      record = next;
    },
    updateSometimes: async (fields) => {
      if (performance.now() - writtenMs >= SOMETIMES_MS) await journal.update(fields());
    },
    phase: async (phase) => {
      if (record.phase === phase) return;
      journal.log(phase);
      await journal.update({ phase });
    },
    log: (text) => {
      try {
        log.write(`${new Date().toISOString()} ${text}\n`);
      } catch {
        // What the log would have said is no reason to lose a run, or the record of its failure.
      }
    },
    metrics: (step, values) =>
      metrics.append({ step, time: Math.round(journal.elapsedMs()) / 1000, ...values }),
    resumed: (step) => metrics.append({ event: 'resumed', step }),
    close: () => {
      metrics.close();
      log.close();
    },
  };
  return journal;
}

/** What a failed run says of itself: a sentence for the failures that are foreseen, the stack for bugs. */
export function failureText(error: unknown): string {
  const expected = error instanceof Error && ['UserError', 'RunFailure'].includes(error.name);
  return expected
    ? error.message
    : `internal: ${error instanceof Error ? (error.stack ?? error.message) : messageOf(error)}`;
}
