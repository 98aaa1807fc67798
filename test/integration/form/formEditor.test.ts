import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import * as vscode from 'vscode';
import { parse } from 'yaml';
import * as configureRecipe from '../../../src/extension/commands/configureRecipe.ts';
import type { ToForm } from '../../../src/protocol/form.ts';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import { editor } from '../../support/editor/editor.ts';
import type { FakePanel } from '../../support/editor/panels.ts';
import { Range } from '../../support/editor/values.ts';
import { lastState, nextState, openForm, RECIPE, type, useForm } from './formHost.ts';

const host = useForm();
const { file, diagnosed, factsChanged, warn } = host;

beforeEach(() => {
  const { id, run } = configureRecipe;
  vscode.commands.registerCommand(id, (...args: unknown[]) => run(host.services, ...args));
});

describe('state', () => {
  it('follows the text: once when ready, once for many changes', async () => {
    const { panel, document } = await openForm(file);
    expect(typesOf(panel)).toEqual(['vocabulary', 'state']);
    expect(lastState(panel).columns).toEqual([`${join(file, '..', 'data/train.tsv')}`]);
    const next = nextState(panel);
    for (const digit of ['4', '5', '6']) type(document, /num_train_epochs: \d/, `num_train_epochs: ${digit}`);
    expect((await next).description.values).toMatchObject({ training: { num_train_epochs: 6 } });
    expect(typesOf(panel)).toEqual(['vocabulary', 'state', 'state']);
    expect(lastState(panel).version).toBe(document.version);
  });

  it('has the problems of the editor with their fields, sorted by place', async () => {
    const { panel, document } = await openForm(file);
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
      { severity: 'warning', message: 'which model?', path: '', line: 1, variants: [] },
      {
        ...{ severity: 'error', message: 'too few', path: 'training.num_train_epochs', line: 6 },
        variants: ['default'],
      },
    ]);
  });

  it('waits while the form is hidden, and comes when it is seen', async () => {
    const { panel, document } = await openForm(file);
    panel.setVisible(false);
    type(document, /tiny/, 'other');
    panel.setVisible(true);
    expect((await nextState(panel)).description.model).toBe('other');
  });

  it('says that the workspace is not trusted, and when it is', async () => {
    editor.setTrusted(false);
    const { panel } = await openForm(file);
    expect(lastState(panel).trusted).toBe(false);
    const next = nextState(panel);
    editor.setTrusted(true);
    expect((await next).trusted).toBe(true);
  });

  it('comes again when models or data may be others', async () => {
    const { panel } = await openForm(file);
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
    const { panel, document } = await openForm(file);
    panel.dispose();
    const before = host.asked.length;
    vi.useFakeTimers();
    type(document, /tiny/, 'other');
    await vi.advanceTimersByTimeAsync(1000);
    vi.useRealTimers();
    expect(host.asked.length).toBe(before);
  });
});

describe('edits', () => {
  it('change the text where they mean it, as one step to undo, and the form follows', async () => {
    const { panel, document } = await openForm(file);
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
    const { panel, document } = await openForm(file);
    const next = nextState(panel);
    panel.receive({ type: 'edit', edits: [{ path: ['training', 'num_train_epochs'], value: 15 }] });
    panel.receive({ type: 'edit', edits: [{ path: ['training', 'warmup_steps'], value: 2 }] });
    panel.receive({ type: 'edit', edits: [{ path: ['training', 'num_train_epochs'] }] });
    expect((await next).description.values).toMatchObject({ training: { warmup_steps: 2 } });
    expect(document.getText()).not.toContain('num_train_epochs');
    expect(document.version).toBe(4);
  });

  it('are answered, made or refused, with the version that shows what became of them', async () => {
    const { panel, document } = await openForm(file);
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
    const { panel, document } = await openForm(file);
    const next = nextState(panel);
    panel.receive({ type: 'edit', edits: [{ path: ['model', 'name'], value: 'x' }] });
    expect((await next).version).toBe(document.version);
    expect(editor.messages.map(({ message }) => message)).toEqual(['nothing can be put at model.name']);
    expect(document.getText()).toBe(RECIPE);
  });

  it('rename a variant where its comments, and the order, stay', async () => {
    const { panel, document } = await openForm(file);
    const variants = 'variants:\n  # as in the paper\n  a: {} # all\n  b: {}\n';
    const grown = nextState(panel);
    document.apply([{ range: new Range(7, 0, 7, 0), newText: variants }]);
    await grown;
    const next = nextState(panel);
    panel.receive({ type: 'edit', edits: [{ path: ['variants', 'a'], newKey: 'head only' }] });
    await next;
    expect(document.getText()).toBe(RECIPE + variants.replace('a:', 'head only:'));
    document.undo();
    expect(document.getText()).toBe(RECIPE + variants);
  });

  it('leave invalid text alone and still reach what can be read', async () => {
    const { panel, document } = await openForm(file);
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
  { type: 'edit', edits: [{ path: ['model'], value: 'x', newKey: 'y' }] },
  { type: 'edit', edits: [{ path: ['model'], newKey: '' }] },
  { type: 'reveal', line: -1 },
  { type: 'reveal', line: 0.5 },
  { type: 'edit', edits: [{ path: ['model'], value: 'x'.repeat(20_000) }] },
])('drops and logs the message %j', async (message) => {
  const { panel, document } = await openForm(file);
  panel.receive(message);
  expect(warn).toHaveBeenCalledOnce();
  expect(document.getText()).toBe(RECIPE);
});

describe('browse', () => {
  it.each([
    ['data/train.tsv', './data/train.tsv'],
    ['../other/a b.tsv', '../other/a b.tsv'],
  ])('writes %s relative to the recipe', async (chosen, written) => {
    const { panel, document } = await openForm(file);
    editor.answer('Choose a data file', vscode.Uri.file(join(file, '..', chosen)));
    const next = nextState(panel);
    panel.receive({ type: 'browse', path: ['task', 'train'], what: 'file' });
    await next;
    expect(parse(document.getText())).toMatchObject({ task: { train: written } });
  });

  it('changes nothing when it is left', async () => {
    const { panel, document } = await openForm(file);
    editor.answer('Choose a model folder', undefined);
    panel.receive({ type: 'browse', path: ['model'], what: 'folder' });
    await vi.waitFor(() => expect(editor.unused).toEqual([]));
    expect(document.getText()).toBe(RECIPE);
  });
});

describe('actions', () => {
  it('start saves the recipe first', async () => {
    editor.builtin('peftWorkbench.startTuning', () => undefined);
    const { panel, document } = await openForm(file);
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
    for (const command of ['showPlan', 'openDashboard'])
      editor.builtin(`peftWorkbench.${command}`, () => undefined);
    const { panel, document } = await openForm(file);
    for (const action of ['plan', 'openText', 'dashboard']) panel.receive({ type: 'act', action });
    await vi.waitFor(() =>
      expect(editor.executed.map(({ command, args }) => [command, ...args.map(String)])).toEqual([
        ['peftWorkbench.showPlan', String(document.uri)],
        ['vscode.openWith', String(document.uri), 'default'],
        ['peftWorkbench.openDashboard', String(document.uri)],
      ]),
    );
  });
});

it('shows the text at the place of a problem', async () => {
  const { panel, document } = await openForm(file);
  panel.receive({ type: 'reveal', line: 6 });
  await vi.waitFor(() => expect(editor.executed).toHaveLength(1));
  const [{ command, args }] = editor.executed;
  expect([command, String(args[0]), args[1]]).toEqual(['vscode.openWith', String(document.uri), 'default']);
  expect(args[2]).toMatchObject({ selection: { start: { line: 6, character: 0 } } });
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

function typesOf(panel: FakePanel): string[] {
  return (panel.posted as ToForm[]).map(({ type: kind }) => kind);
}

function commandsRun(): string[] {
  return editor.executed.map(({ command }) => command).filter((command) => command.startsWith('peft'));
}

function problem(line: number, message: string, severity: vscode.DiagnosticSeverity): vscode.Diagnostic {
  return new vscode.Diagnostic(new vscode.Range(line, 0, line, 5), message, severity);
}
