import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi, onTestFinished } from 'vitest';
import * as vscode from 'vscode';
import { parse } from 'yaml';
import * as configureRecipe from '../../../src/extension/commands/configureRecipe.ts';
import { formEditor } from '../../../src/extension/editor/formEditor.ts';
import type { Services } from '../../../src/extension/services.ts';
import { vocabulary } from '../../../src/language/vocabulary.ts';
import type { FormState, ToForm } from '../../../src/protocol/form.ts';
import type { LanguageRequests } from '../../../src/protocol/language.ts';
import { editRecipe } from '../../../src/recipe/edit.ts';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import type { FakeDocument } from '../../support/editor/documents.ts';
import { editor, useEditor } from '../../support/editor/editor.ts';
import type { FakePanel } from '../../support/editor/panels.ts';
import { EventEmitter, Range } from '../../support/editor/values.ts';
import { suiteFolder } from '../../support/temporaryFolder.ts';

const RECIPE = `version: 1
model: tiny # the small one
task: { type: text-classification, train: data/train.tsv, text: text, label: label }
methods:
  ln_tuning: {} # gain and bias
training:
  num_train_epochs: 3
`;

useEditor();
const dir = suiteFolder();
const diagnosed = new EventEmitter<{ uris: readonly vscode.Uri[] }>();
const factsChanged = new EventEmitter<void>();
const warn = vi.fn();
const show = vi.fn();
let file: string;
let asked: string[];

beforeEach(() => {
  file = join(dir, 'a.peft.yaml');
  writeFileSync(file, RECIPE);
  editor.openFolders(dir);
  asked = [];
  warn.mockReset();
  show.mockReset();
  Object.assign(vscode.languages, { onDidChangeDiagnostics: diagnosed.event });
  const services = {
    context: editor.context(dir),
    log: { warn, error: warn } as unknown as vscode.LogOutputChannel,
    dashboard: { show, dispose: () => undefined },
    language: {
      ready: Promise.resolve(),
      ask,
      onDidChangeFacts: factsChanged.event,
      dispose: () => undefined,
    },
  } as unknown as Services;
  formEditor(services);
  const { id, run } = configureRecipe;
  vscode.commands.registerCommand(id, (...args: unknown[]) => run(services, ...args));
});

describe('state', () => {
  it('follows the text: once when ready, once for many changes', async () => {
    const { panel, document } = await openForm();
    expect(typesOf(panel)).toEqual(['vocabulary', 'state']);
    expect(lastState(panel).columns).toEqual([`${join(file, '..', 'data/train.tsv')}`]);
    const next = nextState(panel);
    for (const digit of ['4', '5', '6']) type(document, /num_train_epochs: \d/, `num_train_epochs: ${digit}`);
    expect((await next).description.values).toMatchObject({ training: { num_train_epochs: 6 } });
    expect(typesOf(panel)).toEqual(['vocabulary', 'state', 'state']);
    expect(lastState(panel).version).toBe(document.version);
  });

  it('has the problems of the editor with their fields, sorted by place', async () => {
    const { panel, document } = await openForm();
    const found = [
      Object.assign(problem(6, 'too few', vscode.DiagnosticSeverity.Error), {
        data: { path: 'training.num_train_epochs' },
      }),
      problem(1, 'which model?', vscode.DiagnosticSeverity.Warning),
    ];
    vscode.languages.createDiagnosticCollection('test').set(document.uri as never, found);
    const next = nextState(panel);
    diagnosed.fire({ uris: [document.uri as never] });
    expect((await next).problems).toEqual([
      { severity: 'warning', message: 'which model?', path: '', line: 1 },
      { severity: 'error', message: 'too few', path: 'training.num_train_epochs', line: 6 },
    ]);
  });

  it('waits while the form is hidden, and comes when it is seen', async () => {
    const { panel, document } = await openForm();
    panel.setVisible(false);
    type(document, /tiny/, 'other');
    panel.setVisible(true);
    expect((await nextState(panel)).description.model).toBe('other');
  });

  it('says that the workspace is not trusted, and when it is', async () => {
    editor.setTrusted(false);
    const { panel } = await openForm();
    expect(lastState(panel).trusted).toBe(false);
    const next = nextState(panel);
    editor.setTrusted(true);
    expect((await next).trusted).toBe(true);
  });

  it('comes again when models or data may be others', async () => {
    const { panel } = await openForm();
    const next = nextState(panel);
    factsChanged.fire();
    expect((await next).version).toBe(1);
  });

  it('makes a file a recipe that settings gave another language', async () => {
    const { document } = await editor.open(file);
    Object.assign(document, { languageId: 'yaml' });
    await editor.openWith('peftWorkbench.form', file);
    expect(document.languageId).toBe('peft-recipe');
  });

  it('ends with its panel', async () => {
    const { panel, document } = await openForm();
    panel.dispose();
    const before = asked.length;
    vi.useFakeTimers();
    type(document, /tiny/, 'other');
    await vi.advanceTimersByTimeAsync(1000);
    vi.useRealTimers();
    expect(asked.length).toBe(before);
  });
});

describe('edits', () => {
  it('change the text where they mean it, as one step to undo, and the form follows', async () => {
    const { panel, document } = await openForm();
    const next = nextState(panel);
    panel.receive({
      type: 'edit',
      edits: [
        { path: ['training', 'num_train_epochs'], value: 5 },
        { path: ['methods', 'ln_tuning', 'layers'], value: [0, 1] },
      ],
    });
    expect((await next).description.values).toMatchObject({
      training: { num_train_epochs: 5 },
      methods: { ln_tuning: { layers: [0, 1] } },
    });
    expect(document.getText()).toContain('model: tiny # the small one');
    expect(document.getText()).toContain('# gain and bias');
    const undone = nextState(panel);
    document.undo();
    expect(document.getText()).toBe(RECIPE);
    expect((await undone).description.values).toEqual(parse(RECIPE));
  });

  it('are made one after the other, each on the text before it', async () => {
    const { panel, document } = await openForm();
    const next = nextState(panel);
    panel.receive({ type: 'edit', edits: [{ path: ['training', 'num_train_epochs'], value: 15 }] });
    panel.receive({ type: 'edit', edits: [{ path: ['training', 'warmup_steps'], value: 2 }] });
    panel.receive({ type: 'edit', edits: [{ path: ['training', 'num_train_epochs'] }] });
    expect((await next).description.values).toMatchObject({ training: { warmup_steps: 2 } });
    expect(document.getText()).not.toContain('num_train_epochs');
    expect(document.version).toBe(4);
  });

  it('are answered, made or refused, with the version that shows what became of them', async () => {
    const { panel, document } = await openForm();
    const answers = () =>
      (panel.posted as ToForm[]).flatMap((message) => (message.type === 'edited' ? message.version : []));
    panel.receive({ type: 'edit', edits: [{ path: ['training', 'num_train_epochs'], value: 15 }] });
    panel.receive({ type: 'edit', edits: [{ path: ['model', 'name'], value: 'x' }] });
    panel.receive({ type: 'edit', edits: [] });
    await vi.waitFor(() => expect(answers()).toHaveLength(3));
    expect(document.version).toBe(2);
    expect(answers().filter((version) => version === 2)).toHaveLength(2);
  });

  it('are refused where the text cannot take them: said, and the form shows the text again', async () => {
    const { panel, document } = await openForm();
    const next = nextState(panel);
    panel.receive({ type: 'edit', edits: [{ path: ['model', 'name'], value: 'x' }] });
    expect((await next).version).toBe(document.version);
    expect(editor.messages.map(({ message }) => message)).toEqual(['nothing can be put at model.name']);
    expect(document.getText()).toBe(RECIPE);
  });

  it('leave invalid text alone and still reach what can be read', async () => {
    const { panel, document } = await openForm();
    const broken = nextState(panel);
    type(document, /num_train_epochs: 3/, 'num_train_epochs: many');
    await broken;
    const next = nextState(panel);
    panel.receive({ type: 'edit', edits: [{ path: ['model'], value: './other' }] });
    await next;
    expect(document.getText()).toContain('model: ./other # the small one');
    expect(document.getText()).toContain('num_train_epochs: many');
  });
});

it.each([
  null,
  'ready',
  { type: 'run', command: 'rm' },
  { type: 'act', action: 'workbench.action.quit' },
  { type: 'edit', edits: [] },
  { type: 'edit', edits: [{ path: [] }] },
  { type: 'edit', edits: [{ path: ['model'], value: 'x', more: 1 }] },
  { type: 'edit', edits: [{ path: ['model'], value: 'x'.repeat(20_000) }] },
])('drops and logs the message %j', async (message) => {
  const { panel, document } = await openForm();
  panel.receive(message);
  expect(warn).toHaveBeenCalledOnce();
  expect(document.getText()).toBe(RECIPE);
});

describe('browse', () => {
  it.each([
    ['data/train.tsv', './data/train.tsv'],
    ['../other/a b.tsv', '../other/a b.tsv'],
  ])('writes %s relative to the recipe', async (chosen, written) => {
    const { panel, document } = await openForm();
    editor.answer('Choose a data file', vscode.Uri.file(join(file, '..', chosen)));
    const next = nextState(panel);
    panel.receive({ type: 'browse', path: ['task', 'train'], what: 'file' });
    await next;
    expect(parse(document.getText())).toMatchObject({ task: { train: written } });
  });

  it('changes nothing when it is left', async () => {
    const { panel, document } = await openForm();
    editor.answer('Choose a model folder', undefined);
    panel.receive({ type: 'browse', path: ['model'], what: 'folder' });
    await vi.waitFor(() => expect(editor.unused).toEqual([]));
    expect(document.getText()).toBe(RECIPE);
  });
});

describe('actions', () => {
  it('start saves the recipe first', async () => {
    editor.builtin('peftWorkbench.startTuning', () => undefined);
    const { panel, document } = await openForm();
    panel.receive({ type: 'edit', edits: [{ path: ['model'], value: 'other' }] });
    panel.receive({ type: 'act', action: 'start' });
    await vi.waitFor(() => expect(commandsRun()).toEqual(['peftWorkbench.startTuning']));
    expect(readFileSync(file, 'utf8')).toContain('model: other');
    expect(String(editor.executed[0].args[0])).toBe(String(document.uri));
  });

  it('start of an untitled recipe asks where to save it; without an answer nothing starts', async () => {
    const save = vi.fn<(uri: vscode.Uri) => Promise<vscode.Uri | undefined>>();
    Object.assign(vscode.workspace, { save });
    editor.builtin('peftWorkbench.startTuning', () => undefined);
    save.mockResolvedValueOnce(undefined).mockResolvedValueOnce(vscode.Uri.file('/saved.peft.yaml'));
    const { panel } = await openForm(await untitled());
    panel.receive({ type: 'act', action: 'start' });
    await vi.waitFor(() => expect(save).toHaveBeenCalledTimes(1));
    panel.receive({ type: 'act', action: 'start' });
    await vi.waitFor(() => expect(commandsRun()).toContain('peftWorkbench.startTuning'));
    const started = editor.executed.filter(({ command }) => command === 'peftWorkbench.startTuning');
    expect(started.map(({ args }) => String(args[0]))).toEqual(['file:///saved.peft.yaml']);
  });

  it('plan, text and dashboard', async () => {
    editor.builtin('peftWorkbench.showPlan', () => undefined);
    const { panel, document } = await openForm();
    for (const action of ['plan', 'openText', 'dashboard']) panel.receive({ type: 'act', action });
    await vi.waitFor(() => expect(show).toHaveBeenCalledOnce());
    expect(editor.executed.map(({ command, args }) => [command, ...args.map(String)])).toEqual([
      ['peftWorkbench.showPlan', String(document.uri)],
      ['vscode.openWith', String(document.uri), 'default'],
    ]);
  });
});

describe('Configure Recipe', () => {
  it('opens the form of what it is given, or of the active editor', async () => {
    await editor.run('peftWorkbench.configureRecipe', vscode.Uri.file('/given.peft.yaml'));
    await editor.open(file);
    await editor.run('peftWorkbench.configureRecipe', 'no address');
    const opened = editor.executed.map(({ args }) => args.map(String));
    expect(opened).toEqual([
      ['file:///given.peft.yaml', 'peftWorkbench.form'],
      [String(vscode.Uri.file(file)), 'peftWorkbench.form'],
    ]);
  });

  it('without a recipe makes an untitled one, which the form edits', async () => {
    const uri = await untitled();
    const { panel, document } = await openForm(uri);
    expect(document.languageId).toBe('peft-recipe');
    expect(parse(document.getText())).toMatchObject({ version: 1, methods: { ln_tuning: {} } });
    expect(parseRecipe(document.getText(), 'new.peft.yaml').problems).toEqual([]);
    const next = nextState(panel);
    panel.receive({ type: 'edit', edits: [{ path: ['methods', 'head_only'], value: {} }] });
    expect((await next).description.values).toMatchObject({ methods: { ln_tuning: {}, head_only: {} } });
  });
});

async function untitled(): Promise<string> {
  await editor.run('peftWorkbench.configureRecipe');
  const { command, args } = editor.executed[0];
  expect([command, args[1]]).toEqual(['vscode.openWith', 'peftWorkbench.form']);
  return String(args[0]);
}

async function openForm(path = file): Promise<{ panel: FakePanel; document: FakeDocument }> {
  const panel = await editor.openWith('peftWorkbench.form', path);
  const first = nextState(panel);
  panel.receive({ type: 'ready' });
  await first;
  const document = editor.documents.find(({ uri }) => [uri.fsPath, String(uri)].includes(path))!;
  onTestFinished(() => panel.dispose());
  return { panel, document };
}

function nextState(panel: FakePanel): Promise<FormState> {
  return new Promise((resolve) => {
    const listening = panel.webview.onDidPost((message) => {
      if ((message as ToForm).type !== 'state') return;
      listening.dispose();
      resolve(lastState(panel));
    });
  });
}

function lastState(panel: FakePanel): FormState {
  const last = (panel.posted as ToForm[]).filter((message) => message.type === 'state').at(-1);
  return last!.state;
}

function typesOf(panel: FakePanel): string[] {
  return (panel.posted as ToForm[]).map(({ type: kind }) => kind);
}

function commandsRun(): string[] {
  return editor.executed.map(({ command }) => command).filter((command) => command.startsWith('peft'));
}

/** What a user types in the text editor beside the form. */
function type(document: FakeDocument, what: RegExp, newText: string): void {
  const { index, 0: found } = what.exec(document.getText())!;
  const range = new Range(document.positionAt(index), document.positionAt(index + found.length));
  document.apply([{ range, newText }]);
}

function problem(line: number, message: string, severity: vscode.DiagnosticSeverity): vscode.Diagnostic {
  return new vscode.Diagnostic(new vscode.Range(line, 0, line, 5), message, severity);
}

/** The language server, as far as the form asks: it edits as the real one does and reads plain YAML. */
async function ask(name: keyof LanguageRequests, params: object): Promise<unknown> {
  asked.push(name);
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
        errors: 0,
        warnings: 0,
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
