import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, onTestFinished, vi } from 'vitest';
import * as vscode from 'vscode';
import { parse } from 'yaml';
import { formEditor } from '../../../src/extension/editor/formEditor.ts';
import { recipePlans, type Plans } from '../../../src/extension/plans.ts';
import type { Services } from '../../../src/extension/services.ts';
import { vocabulary } from '../../../src/language/vocabulary.ts';
import type { FormState, ToForm } from '../../../src/protocol/form.ts';
import type { LanguageRequests, PlanResult } from '../../../src/protocol/language.ts';
import { editRecipe } from '../../../src/recipe/edit.ts';
import type { FakeDocument } from '../../support/editor/documents.ts';
import { editor, useEditor } from '../../support/editor/editor.ts';
import type { FakePanel } from '../../support/editor/panels.ts';
import { EventEmitter, Range } from '../../support/editor/values.ts';
import { suiteFolder } from '../../support/temporaryFolder.ts';

export const RECIPE = `version: 1
model: tiny # the small one
task: { type: text-classification, train: data/train.tsv, text: text, label: label }
methods:
  ln_tuning: {} # gain and bias
training:
  num_train_epochs: 3
`;

/** The extension's side of the form over the fake editor, as far as a test looks into it. */
export interface FormHost {
  /** The recipe, written anew for each test. */
  readonly file: string;
  readonly diagnosed: EventEmitter<{ uris: readonly vscode.Uri[] }>;
  readonly factsChanged: EventEmitter<void>;
  readonly warn: ReturnType<typeof vi.fn>;
  services: Services;
  plans: Plans;
  /** Names of the requests to the language server. */
  asked: string[];
  /** How many errors it says that the recipe has. */
  errors: number;
  answerPlan(text: string, token: vscode.CancellationToken): PlanResult | Promise<PlanResult>;
}

/** To be called once in a test file: a fresh editor with the form, and a language server of its own, for each test. */
export function useForm(): FormHost {
  useEditor();
  const dir = suiteFolder();
  const noPlan = (): PlanResult => ({ problem: 'not planned in this test' });
  const host = {
    file: join(dir, 'a.peft.yaml'),
    diagnosed: new EventEmitter<{ uris: readonly vscode.Uri[] }>(),
    factsChanged: new EventEmitter<void>(),
    warn: vi.fn(),
  } as unknown as FormHost;
  beforeEach(() => {
    writeFileSync(host.file, RECIPE);
    editor.openFolders(dir);
    host.warn.mockReset();
    Object.assign(vscode.languages, { onDidChangeDiagnostics: host.diagnosed.event });
    const log = { warn: host.warn, error: host.warn } as unknown as vscode.LogOutputChannel;
    const language = {
      ready: Promise.resolve(),
      ask: (...args: Parameters<typeof answer> extends [FormHost, ...infer Rest] ? Rest : never) =>
        answer(host, ...args),
      onDidChangeFacts: host.factsChanged.event,
      dispose: () => undefined,
    } as unknown as Services['language'];
    const plans = recipePlans({ language, log });
    onTestFinished(() => plans.dispose());
    const services = {
      context: editor.context(dir),
      ...{ log, language, plans },
    } as unknown as Services;
    Object.assign(host, { services, plans, asked: [], errors: 0, answerPlan: noPlan });
    formEditor(services);
  });
  return host;
}

export async function openForm(path: string): Promise<{ panel: FakePanel; document: FakeDocument }> {
  const panel = await editor.openWith('peftWorkbench.form', path);
  const first = nextState(panel);
  panel.receive({ type: 'ready' });
  await first;
  const document = editor.documents.find(({ uri }) => [uri.fsPath, String(uri)].includes(path))!;
  onTestFinished(() => panel.dispose());
  return { panel, document };
}

export function nextState(panel: FakePanel): Promise<FormState> {
  return new Promise((resolve) => {
    const listening = panel.webview.onDidPost((message) => {
      if ((message as ToForm).type !== 'state') return;
      listening.dispose();
      resolve(lastState(panel));
    });
  });
}

export function lastState(panel: FakePanel): FormState {
  const last = (panel.posted as ToForm[]).filter((message) => message.type === 'state').at(-1);
  return last!.state;
}

/** What a user types in the text editor beside the form. */
export function type(document: FakeDocument, what: RegExp, newText: string): void {
  const { index, 0: found } = what.exec(document.getText())!;
  const range = new Range(document.positionAt(index), document.positionAt(index + found.length));
  document.apply([{ range, newText }]);
}

/** The language server, as far as the form asks: it edits as the real one does and reads plain YAML. */
async function answer(
  host: FormHost,
  name: keyof LanguageRequests,
  params: object,
  token?: vscode.CancellationToken,
): Promise<unknown> {
  host.asked.push(name);
  await Promise.resolve();
  const of = 'uri' in params ? editor.documents.find(({ uri }) => String(uri) === params.uri) : undefined;
  switch (name) {
    case 'peft/describe': {
      const values = parse(of!.getText()) as { model: string };
      return {
        name: 'a',
        variants: ['default'],
        seeds: [0],
        model: values.model,
        errors: host.errors,
        warnings: 0,
        concerned: [
          { path: 'training.num_train_epochs', message: 'too few', variants: ['default'] },
          { path: 'training.num_train_epochs', message: 'too many', variants: [] },
        ],
        values,
        places: {},
      };
    }
    case 'peft/parameters':
      return { variants: [] };
    case 'peft/models':
      return [];
    case 'peft/columns':
      return { columns: [(params as { file: string }).file], rows: 1, values: {} };
    case 'peft/plan':
      return host.answerPlan(of!.getText(), token!);
    case 'peft/edit': {
      const { edits } = params as LanguageRequests['peft/edit']['params'];
      const made = editRecipe(of!.getText(), edits);
      return made === undefined
        ? { problem: `nothing can be put at ${edits[0].path.join('.')}` }
        : { version: of!.version, edits: made };
    }
    default:
      return vocabulary();
  }
}
