import * as z from 'zod/mini';
import type { Comparison } from '../experiments/compare.ts';
import type { Statistics } from '../experiments/groups.ts';
import type { Metrics, RunPhase, RunStatus, RunSummary } from '../runs/runRecord.ts';
import { predictionsQuerySchema, type PredictionsAnswer } from './predictions/messages.ts';

/** Names a run among all runs folders: the path of its folder. Pages show it nowhere and send it back as it is. */
export type RunKey = string;

/** A run as tables and legends show it. Every text in it is untrusted: pages put it in text nodes. */
export interface RunRow {
  readonly key: RunKey;
  /** Name of the run folder. */
  readonly id: string;
  readonly status: RunStatus | 'lost' | 'unreadable';
  /** It waits, and nobody works on its folder who would come to it. */
  readonly isStranded?: boolean;
  /** Why it cannot be read, or why it failed. */
  readonly problem?: string;
  /** The rest is absent for an unreadable run. */
  readonly recipe?: string;
  readonly variant?: string;
  readonly seed?: number;
  /** Key of its group. */
  readonly group?: string;
  readonly phase?: RunPhase;
  readonly progress?: { readonly step: number; readonly totalSteps: number };
  readonly createdAt?: string;
  readonly elapsedMs?: number;
  readonly executor?: string;
  /** Name, with its split, of the metric by which the best checkpoint is chosen. */
  readonly metric?: string;
  readonly summary?: RunSummary;
  /** Newest values of everything measured, also while it runs. */
  readonly last?: Metrics;
}

/** Runs that differ in nothing but the seed. */
export interface GroupRow {
  readonly key: string;
  readonly label: string;
  readonly recipe: string;
  readonly variant: string;
  /** All members in order of creation, finished or not. */
  readonly members: readonly RunKey[];
  /** Of the finished members, one per seed. */
  readonly metrics: Readonly<Record<string, Statistics>>;
  readonly finished: number;
}

/**
 * Points of one metric of one run, arrays of one length. The page keeps the first `from` points that it has of this series and
 * replaces all that follow: an append has `from` = number of points so far; 0 replaces all (a resume, or a coarser sampling).
 */
export interface SeriesChunk {
  readonly run: RunKey;
  /** As in metrics.jsonl: `train/loss`, `validation/accuracy`, `lr`, `grad_norm`. */
  readonly metric: string;
  readonly from: number;
  readonly step: readonly number[];
  /** Seconds of work since the run started; NaN is never sent: null where the line had none. */
  readonly time: readonly (number | null)[];
  readonly epoch: readonly (number | null)[];
  readonly value: readonly number[];
  /** Every how many logged points one is kept: 1 unless the file is huge. */
  readonly stride: number;
}

/** Trained parameters of a run's variant by layer and module, from declarations. */
export interface RunParameters {
  readonly run: RunKey;
  readonly shares: readonly {
    /** Absent outside the layers. */
    readonly layer?: number;
    readonly module: string;
    readonly method: string;
    readonly count: number;
  }[];
  readonly base: number;
  readonly trained: number;
  readonly head: number;
}

/** All that a dashboard shows; a page can be rebuilt from it at any moment. */
export interface DashboardSnapshot {
  readonly runs: readonly RunRow[];
  readonly groups: readonly GroupRow[];
  /** Of the selected runs only. */
  readonly series: readonly SeriesChunk[];
  readonly parameters: readonly RunParameters[];
  /** Those that are shown. */
  readonly selected: readonly RunKey[];
  /** How many are selected, where they are more than are shown. */
  readonly selectedInAll?: number;
  /** Of the groups of the selected runs, where they are two or more and have a common metric. */
  readonly comparison?: Comparison;
}

/** What changed since the last message; absent parts did not. */
export interface DashboardDelta {
  /** Changed and new rows. */
  readonly runs?: readonly RunRow[];
  readonly removed?: readonly RunKey[];
  /** All of them: they are few. */
  readonly groups?: readonly GroupRow[];
  readonly series?: readonly SeriesChunk[];
  readonly parameters?: readonly RunParameters[];
  readonly selected?: readonly RunKey[];
  readonly selectedInAll?: number | null;
  readonly comparison?: Comparison | null;
}

export type ToDashboard =
  | { readonly type: 'snapshot'; readonly snapshot: DashboardSnapshot }
  | { readonly type: 'delta'; readonly delta: DashboardDelta }
  /** To the newest question, and again where the files have changed since. */
  | { readonly type: 'predictions'; readonly answer: PredictionsAnswer }
  /** The user asked for the predictions of this run, which is among the selected ones; of this file where one is named. */
  | { readonly type: 'showPredictions'; readonly run: RunKey; readonly file?: string };

const runKey = z.string().check(z.maxLength(4096));

/** Everything that the page may ask; whatever does not fit is logged and dropped. */
export const fromDashboardSchema = z.discriminatedUnion('type', [
  /** The page is (again) able to listen; `selected`: what it showed before, where it knows. */
  z.strictObject({
    type: z.literal('ready'),
    selected: z.optional(z.array(runKey).check(z.maxLength(1000))),
  }),
  z.strictObject({ type: z.literal('select'), runs: z.array(runKey).check(z.maxLength(1000)) }),
  z.strictObject({
    type: z.literal('act'),
    action: z.enum(['stop', 'resume', 'openRecipe', 'showLog', 'exportAdapter', 'predict']),
    run: runKey,
  }),
  z.strictObject({ type: z.literal('predictions'), query: predictionsQuerySchema }),
]);
export type FromDashboard = z.output<typeof fromDashboardSchema>;
