import { stat } from 'node:fs/promises';
import { messageOf } from '../../core/errors.ts';
import { predictionsOfNoTask } from '../../experiments/errors.ts';
import { predictionFiles } from '../../experiments/predictionFiles.ts';
import { indexPredictions, type PredictionIndex } from '../../experiments/predictionIndex.ts';
import { runTask } from '../../experiments/runTask.ts';
import type { ToDashboard } from '../../protocol/dashboard.ts';
import type { PredictionsAnswer, PredictionsQuery } from '../../protocol/predictions/messages.ts';
import {
  isPredictionTask,
  predictionReadings,
  type PredictionTask,
} from '../../protocol/predictions/registry.ts';
import type { Run } from '../../runs/runFolder.ts';
import { runPaths } from '../../runs/runPaths.ts';

/** What a session needs of the editor. */
export interface PredictionsHost {
  post(message: Extract<ToDashboard, { type: 'predictions' }>): void;
  /** Undefined for one that is not there, or cannot be read. */
  runOf(key: string): Run | undefined;
}

/** A file whose lines are counted, or are being counted. */
interface OpenFile {
  readonly path: string;
  /** Of the file as it was when it was opened. */
  readonly state: string;
  readonly index: Promise<PredictionIndex>;
  readonly abort: AbortController;
}

/** Answers what a dashboard page asks of predictions: one file is open at a time, and the newest question alone is answered. */
export class PredictionsSession {
  private readonly host: PredictionsHost;
  private newest: PredictionsQuery | undefined;
  /** What the answer to the newest question was made from; undefined as long as there is none. */
  private answeredFrom: string | undefined;
  private open: OpenFile | undefined;

  constructor(host: PredictionsHost) {
    this.host = host;
  }

  async ask(query: PredictionsQuery): Promise<void> {
    this.newest = query;
    this.answeredFrom = undefined;
    const from = await this.stateOf(query);
    const answer = await this.answerTo(query);
    if (answer === undefined || this.newest !== query) return;
    this.answeredFrom = from;
    this.host.post({ type: 'predictions', answer });
    // While an answer is made, nobody is told of changes.
    await this.lookAgain();
  }

  /** Answers once more where a file came, went or was replaced. */
  async lookAgain(): Promise<void> {
    const query = this.newest;
    if (query === undefined || this.answeredFrom === undefined) return;
    const from = await this.stateOf(query);
    if (this.newest === query && this.answeredFrom !== undefined && from !== this.answeredFrom)
      await this.ask(query);
  }

  /** Nobody listens from now on. */
  end(): void {
    this.newest = undefined;
    this.close();
  }

  /** Undefined where another question came meanwhile. */
  private async answerTo(query: PredictionsQuery): Promise<PredictionsAnswer | undefined> {
    const run = this.host.runOf(query.run);
    if (run === undefined) return { query, files: [] };
    let files: readonly string[] = [];
    let file: string | undefined;
    try {
      files = await predictionFiles(run.dir);
      file = query.file !== undefined && files.includes(query.file) ? query.file : files[0];
      const task = runTask(await run.recipe());
      if (!isPredictionTask(task)) throw predictionsOfNoTask(task, Object.keys(predictionReadings));
      if (file === undefined) return { query, files };
      const content = await this.contentOf(runPaths(run.dir).predictions(file), task, query);
      return content && { query, files, file, task, content };
    } catch (error) {
      if (this.newest !== query) return undefined;
      return { query, files, ...(file !== undefined && { file }), problem: messageOf(error) };
    }
  }

  private async contentOf(
    path: string,
    task: PredictionTask,
    query: PredictionsQuery,
  ): Promise<PredictionsAnswer['content']> {
    const state = await fileState(path);
    if (this.newest !== query) return undefined;
    const { index } = this.opened(path, state, task);
    const { summary, page } = await index;
    const shown = await page(query);
    if (shown !== undefined) return { ...summary, ...shown };
    // Replaced since it was counted.
    if (this.newest !== query) return undefined;
    this.close();
    return this.contentOf(path, task, query);
  }

  private opened(path: string, state: string, task: PredictionTask): OpenFile {
    if (this.open?.path === path && this.open.state === state) return this.open;
    this.close();
    const abort = new AbortController();
    const index = indexPredictions(path, predictionReadings[task], abort.signal);
    // Whoever waits for it hears of it; nobody does once it was closed.
    index.catch(() => undefined);
    this.open = { path, state, index, abort };
    return this.open;
  }

  private close(): void {
    this.open?.abort.abort();
    this.open = undefined;
  }

  /** Of all that an answer depends on. */
  private async stateOf({ run: key }: PredictionsQuery): Promise<string> {
    const run = this.host.runOf(key);
    const files = run === undefined ? [] : await predictionFiles(run.dir).catch(() => []);
    const states = files.map(async (file) => [file, await fileState(runPaths(key).predictions(file))]);
    return JSON.stringify(await Promise.all(states));
  }
}

async function fileState(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found === undefined ? '' : `${found.ino} ${found.size} ${found.mtimeMs}`;
}
