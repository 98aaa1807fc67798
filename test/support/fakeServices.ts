import { createRun } from '../../src/runs/createRun.ts';
import { writeRunRecord, type RunRecord } from '../../src/runs/runRecord.ts';
import type { LanguageRequest, LanguageRequests } from '../../src/protocol/language.ts';
import type { Language } from '../../src/extension/language.ts';
import { createRunStore } from '../../src/extension/runs/createRunStore.ts';
import { recipePlans } from '../../src/extension/plans.ts';
import type { RunStore } from '../../src/extension/runs/runStore.ts';
import type { Services } from '../../src/extension/services.ts';
import * as vscode from 'vscode';
import { onTestFinished } from 'vitest';
import { editor } from './editor/editor.ts';

/** Answers of the language server, by request. */
export type Answers = {
  [Name in LanguageRequest]?: (params: LanguageRequests[Name]['params']) => LanguageRequests[Name]['result'];
};

/** Services over the fake editor: a real run store on the folders it has open, and a language server that answers what it is told. */
export function fakeServices(dir: string, answers: Answers = {}): Services & { shown: unknown[] } {
  const log = vscode.window.createOutputChannel('PEFT Workbench', { log: true });
  const runs: RunStore = createRunStore(log);
  const factsChanged = new vscode.EventEmitter<void>();
  const language: Language = {
    ready: Promise.resolve(),
    ask: async (name, params) => {
      const answer = answers[name];
      if (!answer) throw new Error(`Expected an answer of the test for ${name}, found none.`);
      return answer(params);
    },
    tellRuns: async () => undefined,
    lookAgain: async () => factsChanged.fire(),
    onDidChangeFacts: factsChanged.event,
    dispose: () => factsChanged.dispose(),
  };
  const shown: unknown[] = [];
  const dashboard = {
    show: (keys?: unknown) => void shown.push(keys),
    showPredictions: (run: string, file?: string) => void shown.push({ run, file }),
    dispose: () => undefined,
  };
  const cli = { run: () => Promise.reject(new Error('Expected no process to be started.')) };
  const plans = recipePlans({ language, log });
  onTestFinished(() => vscode.Disposable.from(plans, runs).dispose());
  return { context: editor.context(dir), log, cli, runs, language, plans, dashboard, shown };
}

/** A run folder in `dir/runs`, created as the program does it, with a record that says `change`; returns the folder. */
export async function recordedRun(
  dir: string,
  { recipe = 'demo', variant = 'ln', seed = 0, minute = 0, ...change }: RecordedRunOptions = {},
): Promise<string> {
  const run = await createRun(`${dir}/runs`, {
    recipeText: `version: 1\nvariant: ${variant}\n`,
    recipeName: recipe,
    variant,
    seed,
    now: new Date(Date.UTC(2026, 10, 24, 12, minute)),
  });
  await writeRunRecord(run.dir, { ...run.record, ...change });
  return run.dir;
}

export type RecordedRunOptions = Partial<RunRecord> & { readonly minute?: number };

/** What a run whose best checkpoint has this accuracy says of itself. */
export function finishedWith(accuracy: number): Partial<RunRecord> {
  const values = { 'validation/accuracy': accuracy };
  return {
    status: 'finished',
    startedAt: '2026-11-24T12:00:00.000Z',
    endedAt: '2026-11-24T12:01:00.000Z',
    elapsedMs: 60_000,
    metric: 'validation/accuracy',
    progress: { step: 120, totalSteps: 120 },
    summary: {
      last: values,
      best: values,
      bestStep: 120,
      samplesPerSecond: 10,
      peakMemoryBytes: 1,
      parameters: { trained: 9984, stored: 9984, head: 770 },
    },
  };
}
