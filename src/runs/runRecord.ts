import { readFile, stat } from 'node:fs/promises';
import { internal, messageOf } from '../core/errors.ts';
import { isJsonObject } from '../core/json.ts';
import { writeFileAtomically } from '../files/atomicWrite.ts';
import { runPaths } from './runPaths.ts';

export const statuses = ['queued', 'running', 'stopping', 'stopped', 'finished', 'failed'] as const;
export type RunStatus = (typeof statuses)[number];

export const phases = ['loading', 'tokenizing', 'compiling', 'training', 'evaluating'] as const;
export type RunPhase = (typeof phases)[number];

/** Values by name with their split, as in metrics.jsonl: `validation/accuracy`, `train/loss`. */
export type Metrics = Readonly<Record<string, number>>;

export interface RunSummary {
  /** The newest value of everything that was measured. */
  readonly last: Metrics;
  /** The values at the best checkpoint; those of the test file too, once it was evaluated. */
  readonly best: Metrics;
  readonly bestStep?: number;
  readonly samplesPerSecond: number;
  readonly peakMemoryBytes: number;
  /** Numbers of elements: `trained` and `stored` leave the head out. */
  readonly parameters: { readonly trained: number; readonly stored: number; readonly head: number };
}

/** Content of `run.json`, format version 1: all that trees and tables need to know about a run. */
export interface RunRecord {
  readonly formatVersion: 1;
  readonly status: RunStatus;
  readonly phase?: RunPhase;
  /** Name of the recipe. */
  readonly recipe: string;
  readonly variant: string;
  readonly seed: number;
  /** Hash of the resolved recipe without its seed: equal for runs that differ in nothing else. */
  readonly configuration: string;
  /** Place among runs that were created at the same time. */
  readonly position: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  /** Time spent working, over all sessions of a run that was resumed. */
  readonly elapsedMs: number;
  readonly executor?: string;
  /** Why it is that one, where the recipe said `auto`. */
  readonly executorReason?: string;
  readonly device?: string;
  readonly versions?: Readonly<Record<string, string>>;
  /** SHA-256, hexadecimal: of the data files by split, and of the base weights. */
  readonly hashes?: { readonly data: Readonly<Record<string, string>>; readonly baseWeights: string };
  /** How validation examples were chosen, where they are a share of the training file. */
  readonly splitRule?: string;
  /** Why the run failed. */
  readonly failure?: string;
  /** Share of the training examples that were cut to the model's or the recipe's length. */
  readonly truncatedShare?: number;
  /** Optimizer steps done, and in all. */
  readonly progress?: { readonly step: number; readonly totalSteps: number };
  /** Name, with its split, of the metric by which the best checkpoint was chosen. */
  readonly metric?: string;
  readonly summary?: RunSummary;
}

export type RunRecordResult = { readonly record: RunRecord } | { readonly problem: string };

/** Reads `run.json`; whatever is wrong with it comes back as one sentence. */
export async function readRunRecord(runDir: string): Promise<RunRecordResult> {
  const path = runPaths(runDir).record;
  let value: unknown;
  try {
    const { size } = await stat(path);
    if (size > sizeLimit)
      return { problem: `run.json has ${size} bytes; at most ${sizeLimit} were expected` };
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { problem: 'run.json is missing' };
    return { problem: `run.json cannot be read: ${messageOf(error)}` };
  }
  const problem = problemOf(value);
  return problem === undefined ? { record: value as RunRecord } : { problem };
}

/** Replaces `run.json` atomically. Called by whoever creates the run, then only by the lock's holder. */
export async function writeRunRecord(runDir: string, record: RunRecord): Promise<void> {
  const text = JSON.stringify(record, undefined, 2);
  // A number that is not finite would be written as null and make the run unreadable.
  const problem = problemOf(JSON.parse(text));
  if (problem !== undefined) internal(problem);
  await writeFileAtomically(runPaths(runDir).record, (file) => file.writeFile(`${text}\n`));
}

const sizeLimit = 1 << 20;

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isNumber: Check = (value) => typeof value === 'number';
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isTime: Check = (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value));
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const oneOf =
  (choices: readonly unknown[]): Check =>
  (value) =>
    choices.includes(value);
const mapOf =
  (check: Check): Check =>
  (value) =>
    isJsonObject(value) && Object.values(value).every(check);
const shape =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isJsonObject(value) && Object.entries(checks).every(([key, check]) => check(value[key]));

const summaryChecks: Record<keyof RunSummary, Check> = {
  last: mapOf(isNumber),
  best: mapOf(isNumber),
  bestStep: optional(isCount),
  samplesPerSecond: isNumber,
  peakMemoryBytes: isCount,
  parameters: shape({ trained: isCount, stored: isCount, head: isCount }),
};

const checks: Record<keyof RunRecord, Check> = {
  formatVersion: oneOf([1]),
  status: oneOf(statuses),
  phase: optional(oneOf(phases)),
  recipe: isText,
  variant: isText,
  seed: isCount,
  configuration: isText,
  position: isCount,
  createdAt: isTime,
  startedAt: optional(isTime),
  endedAt: optional(isTime),
  elapsedMs: isNumber,
  executor: optional(isText),
  executorReason: optional(isText),
  device: optional(isText),
  versions: optional(mapOf(isText)),
  hashes: optional(shape({ data: mapOf(isText), baseWeights: isText })),
  splitRule: optional(isText),
  failure: optional(isText),
  truncatedShare: optional(isNumber),
  progress: optional(shape({ step: isCount, totalSteps: isCount })),
  metric: optional(isText),
  summary: optional(shape(summaryChecks)),
};

function problemOf(value: unknown): string | undefined {
  if (!isJsonObject(value)) return 'run.json is not a JSON object';
  const version = value.formatVersion;
  if (typeof version === 'number' && version > 1) {
    return `run.json has format version ${version}, newer than version 1 of this program`;
  }
  const wrong = Object.entries(checks).find(([key, check]) => !check(value[key]));
  return (
    wrong &&
    `run.json: ${wrong[0]} is ${JSON.stringify(value[wrong[0]]) ?? 'missing'}, which this program does not understand`
  );
}
