import * as z from 'zod/mini';
import type { AnyLine } from './reading.ts';
import type { PredictionTask } from './registry.ts';

export const predictionOrders = ['worst', 'file'] as const;
export type PredictionOrder = (typeof predictionOrders)[number];

/** Some lines of one file of a run's predictions; the newest question alone is answered. */
export const predictionsQuerySchema = z.strictObject({
  run: z.string().check(z.maxLength(4096)),
  /** Name as an answer lists it; the first one of the run without it, or where it is gone. */
  file: z.optional(z.string().check(z.maxLength(1024))),
  /** Those lines alone that have this key in their tally. */
  having: z.optional(z.string().check(z.maxLength(10_000))),
  order: z.enum(predictionOrders),
  /** How many lines of these come before the first one that is wanted. */
  from: z.int().check(z.gte(0)),
  count: z.int().check(z.gte(1), z.lte(100)),
});
export type PredictionsQuery = z.output<typeof predictionsQuerySchema>;

/** A line that could not be read, and why; lines are counted from 1. */
export interface BrokenLine {
  readonly line: number;
  readonly problem: string;
}

/** What a file of predictions holds as a whole. */
export interface PredictionsSummary {
  /** Readable lines. */
  readonly count: number;
  /** Sums over them, by the keys of the task's reading. */
  readonly tally: Readonly<Record<string, number>>;
  /** Whether a line says what is right: else there is no order but that of the file. */
  readonly isRanked: boolean;
  readonly broken: { readonly count: number; readonly first: readonly BrokenLine[] };
  /** The file goes on after the last line that was read: it has more than is shown of any. */
  readonly isCut: boolean;
}

/** Lines of a file, as its task's reading understands them. */
export interface PredictionsPage {
  /** How many lines were chosen from. */
  readonly matching: number;
  readonly lines: readonly AnyLine[];
}

export interface PredictionsAnswer {
  readonly query: PredictionsQuery;
  /** Names of the run's files of predictions: a split, or the name of another data file. */
  readonly files: readonly string[];
  /** The one that is shown; absent where there is none. */
  readonly file?: string;
  /** As the run's recipe names it. */
  readonly task?: PredictionTask;
  /** Absent where there is a problem, or no file. */
  readonly content?: PredictionsSummary & PredictionsPage;
  /** Why nothing is shown of the file, in one sentence. */
  readonly problem?: string;
}
