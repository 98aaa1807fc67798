import { onTestFinished, vi } from 'vitest';
import * as vscode from 'vscode';
import type { Language } from '../../../src/extension/language.ts';
import { createDashboard } from '../../../src/extension/pages/createDashboard.ts';
import type { RunStore } from '../../../src/extension/runs/runStore.ts';
import type { ToDashboard } from '../../../src/protocol/dashboard.ts';
import type { RecipeParameters } from '../../../src/protocol/language.ts';
import { listRuns } from '../../../src/runs/runFolder.ts';
import { editor } from '../../support/editor/editor.ts';
import type { FakePanel } from '../../support/editor/panels.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const counts = {
  base: 100,
  trained: 6,
  stored: 6,
  head: 2,
  percent: 6,
  layers: [
    { layer: 0, module: 'ffn', method: 'ln', tensor: 'a', shape: [2], count: 2 },
    { layer: 0, module: 'ffn', method: 'ln', tensor: 'b', shape: [4], count: 4 },
    { module: 'head', method: 'head', tensor: 'c', shape: [2], count: 2 },
  ],
};

/** A dashboard over a folder of runs; `look` reads the folder anew, as the store does by itself. */
export async function dashboardOver(
  runsDir: string,
  ask: () => Promise<RecipeParameters> = () => Promise.resolve(known),
) {
  const changed = new vscode.EventEmitter<void>();
  const looked = new vscode.EventEmitter<void>();
  let runs = await listRuns(runsDir);
  const store: RunStore = {
    get runs() {
      return runs;
    },
    onDidChange: changed.event,
    onDidLook: looked.event,
    ready: Promise.resolve(),
    folders: [runsDir],
    refresh: () => Promise.resolve(),
    dispose: () => undefined,
  };
  const asked = vi.fn(ask);
  const language = { ready: Promise.resolve(), ask: asked, dispose: () => undefined } as unknown as Language;
  const log = vscode.window.createOutputChannel('log', { log: true });
  const context = editor.context(temporaryFolder());
  const dashboard = createDashboard({ context, log, runs: store, language });
  onTestFinished(() => dashboard.dispose());
  const look = async () => {
    runs = await listRuns(runsDir);
    changed.fire();
    looked.fire();
  };
  return { dashboard, look, asked };
}

/** What a language server knows of every recipe. */
export const known: RecipeParameters = { variants: [{ variant: 'ln', counts }] };

export const messagesOf = (panel: FakePanel) => panel.posted as ToDashboard[];

export const until = (check: () => void) => vi.waitFor(check, { timeout: 5000, interval: 20 });
