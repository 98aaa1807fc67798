import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { recipePlans, type Plans } from '../../../src/extension/plans.ts';
import type { PlanResult } from '../../../src/protocol/language.ts';
import type { FakeDocument } from '../../support/editor/documents.ts';
import { editor, useEditor } from '../../support/editor/editor.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

useEditor();

interface Asked {
  readonly token: vscode.CancellationToken;
  give(plan: PlanResult): void;
  fail(error: Error): void;
}

let asked: Asked[];
let plans: Plans;
let document: FakeDocument;
const facts = new vscode.EventEmitter<void>();
const warn = vi.fn();

beforeEach(async () => {
  asked = [];
  warn.mockReset();
  const ask = (_: string, __: object, token: vscode.CancellationToken) =>
    new Promise((give, fail) => asked.push({ token, give, fail }));
  plans = recipePlans({
    language: { ask: ask as never, onDidChangeFacts: facts.event },
    log: { warn } as unknown as vscode.LogOutputChannel,
  });
  onTestFinished(() => plans.dispose());
  const path = join(temporaryFolder(), 'a.peft.yaml');
  writeFileSync(path, 'version: 1\n');
  document = (await editor.open(path)).document;
});

const uri = () => document.uri as unknown as vscode.Uri;
const of = () => plans.of(document as never);
const ask = (source = new vscode.CancellationTokenSource()) => plans.ask(uri(), source.token);
const type = () => document.apply([{ range: new vscode.Range(0, 0, 0, 0) as never, newText: '# x\n' }]);
const plan = (problem: string): PlanResult => ({ problem });
const turn = () => new Promise((resolve) => setImmediate(resolve));

it('plans a text once, whoever asks and when', async () => {
  const [first, second] = [ask(), ask()];
  expect(of()).toBeUndefined();
  expect(asked).toHaveLength(1);
  asked[0].give(plan('a'));
  expect(await Promise.all([first, second])).toEqual([plan('a'), plan('a')]);
  expect(await ask()).toEqual(plan('a'));
  expect(of()).toEqual(plan('a'));
  expect(asked).toHaveLength(1);
});

it('ends a planning when the last who waits for it leaves, and not before', async () => {
  const [one, other] = [new vscode.CancellationTokenSource(), new vscode.CancellationTokenSource()];
  const answers = [ask(one), ask(other)].map((each) => each.catch((error: Error) => error.name));
  one.cancel();
  expect(await answers[0]).toBe('Canceled');
  expect(asked[0].token.isCancellationRequested).toBe(false);
  other.cancel();
  expect(await answers[1]).toBe('Canceled');
  expect(asked[0].token.isCancellationRequested).toBe(true);
  // One that was ended is no answer for who comes later.
  const later = ask();
  expect(asked).toHaveLength(2);
  asked[1].give(plan('b'));
  expect(await later).toEqual(plan('b'));
});

it.each(['text', 'facts'])('has nothing of what was planned for an older %s', async (what) => {
  const before = ask();
  if (what === 'text') type();
  else facts.fire();
  const after = ask();
  expect(asked).toHaveLength(2);
  const told: unknown[] = [];
  plans.onDidChange(() => told.push(of()));
  asked[1].give(plan('new'));
  expect(await after).toEqual(plan('new'));
  asked[0].give(plan('old'));
  expect(await before).toEqual(plan('old'));
  await turn();
  expect(told).toEqual([plan('new')]);
  expect(of()).toEqual(plan('new'));
});

it('goes on planning where a save is all that happened', async () => {
  const changed = vi.fn();
  plans.onDidChange(changed);
  of();
  await vi.waitFor(() => expect(asked).toHaveLength(1), { timeout: 30_000 });
  const { documentEvents } = await import('../../support/editor/documents.ts');
  documentEvents.change.fire({ document, contentChanges: [] });
  expect(asked[0].token.isCancellationRequested).toBe(false);
  asked[0].give(plan('a'));
  await vi.waitFor(() => expect(changed).toHaveBeenCalledOnce());
});

it('tells of a planner that failed in the background, and is asked again for another text', async () => {
  const told: unknown[] = [];
  plans.onDidChange(() => told.push(of()));
  of();
  await vi.waitFor(() => expect(asked).toHaveLength(1), { timeout: 30_000 });
  asked[0].fail(new Error('no thread'));
  await vi.waitFor(() => expect(warn).toHaveBeenCalledWith('no thread'));
  expect(told).toEqual([plan('no thread')]);
  type();
  expect(of()).toBeUndefined();
  const next = ask();
  asked[1].give(plan('b'));
  expect(await next).toEqual(plan('b'));
});

it('tries again for who asks for a plan that failed', async () => {
  const first = ask();
  asked[0].fail(new Error('no thread'));
  await expect(first).rejects.toThrow('no thread');
  expect(of()).toEqual(plan('no thread'));
  const again = ask();
  expect(asked).toHaveLength(2);
  asked[1].give(plan('b'));
  expect(await again).toEqual(plan('b'));
  expect(of()).toEqual(plan('b'));
});
