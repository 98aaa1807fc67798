import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { describe, expect, it, vi } from 'vitest';
import { readRunRecord, writeRunRecord, type RunRecord } from '../../../src/runs/runRecord.ts';
import { claim } from '../../../src/runs/lock.ts';
import { contextKeys } from '../../../src/extension/views/contextKeys.ts';
import { experimentsTree } from '../../../src/extension/views/experimentsTree.ts';
import { modelsTree } from '../../../src/extension/views/modelsTree.ts';
import { notifications } from '../../../src/extension/views/notifications.ts';
import { statusBar } from '../../../src/extension/views/statusBar.ts';
import { editor, useEditor, type TreeNode } from '../../support/editor/editor.ts';
import { fakeServices, finishedWith, recordedRun } from '../../support/fakeServices.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

useEditor();

const waitFor = <T>(check: () => T) => vi.waitFor(check, { timeout: 10_000 });

const experiments = 'peftWorkbench.experiments';

function openedFolder(): string {
  const dir = temporaryFolder();
  editor.openFolders(dir);
  return dir;
}

/** A run that a process, this one, works on. */
async function trainingRun(dir: string, change: Partial<RunRecord> = {}): Promise<string> {
  const progress = { step: 40, totalSteps: 120 };
  const run = await recordedRun(dir, {
    minute: 9,
    status: 'running',
    phase: 'training',
    progress,
    ...change,
  });
  await claim(run);
  return run;
}

async function change(dir: string, fields: Partial<RunRecord>): Promise<void> {
  const read = await readRunRecord(dir);
  if ('problem' in read) throw new Error(read.problem);
  await writeRunRecord(dir, { ...read.record, ...fields });
}

const outline = (nodes: readonly TreeNode[]): unknown[] =>
  nodes.map(({ item, children }) => [
    item.label,
    item.description,
    item.contextValue,
    ...(children.length > 0 ? [outline(children)] : []),
  ]);

describe('the experiments view', () => {
  it('shows recipes, groups and runs, newest first', async () => {
    const dir = openedFolder();
    await recordedRun(dir, { seed: 1, ...finishedWith(0.8) });
    await recordedRun(dir, { seed: 2, minute: 1, ...finishedWith(0.9) });
    await recordedRun(dir, { variant: 'head', minute: 2, status: 'failed', failure: 'no memory' });
    await trainingRun(dir, { recipe: 'other', variant: 'ln2' });
    writeFileSync(join(await recordedRun(dir, { minute: 10 }), 'run.json'), '{');
    const services = fakeServices(dir);
    experimentsTree(services);
    const tree = await editor.tree(experiments);
    expect(outline(tree)).toEqual([
      [
        'other',
        '1 run',
        'recipe',
        [['ln2', '0 of 1 done', 'group', [['seed 0', 'training · step 40/120', 'run active']]]],
      ],
      [
        'demo',
        '3 runs · validation/accuracy',
        'recipe',
        [
          ['head', '0 of 1 done', 'group', [['seed 0', 'failed', 'run resumable']]],
          [
            'ln',
            '0.850 ± 0.071 (2)',
            'group',
            [
              ['seed 2', 'finished · accuracy 0.900', 'run finished'],
              ['seed 1', 'finished · accuracy 0.800', 'run finished'],
            ],
          ],
        ],
      ],
      [expect.stringContaining('demo-ln'), 'unreadable', 'unreadable'],
    ]);
    expect((tree[1].element as { keys: string[] }).keys).toHaveLength(3);
    expect(tree[0].children[0].children[0].item.iconPath).toMatchObject({ id: 'sync~spin' });
  });

  it('names groups of one variant within their recipe', async () => {
    const dir = openedFolder();
    await recordedRun(dir, { configuration: 'a', ...finishedWith(0.8) });
    await recordedRun(dir, { configuration: 'b', minute: 1, ...finishedWith(0.9) });
    experimentsTree(fakeServices(dir));
    const [recipe] = await editor.tree(experiments);
    expect(recipe.children.map(({ item }) => item.label)).toEqual(['ln (2)', 'ln (1)']);
  });

  it('redraws only the run that went on, as the same element', async () => {
    const dir = openedFolder();
    await recordedRun(dir, finishedWith(0.8));
    const run = await trainingRun(dir, { variant: 'ln2' });
    const services = fakeServices(dir);
    experimentsTree(services);
    const running = (await editor.tree(experiments))[0].children[0].children[0].element;
    const fired: unknown[] = [];
    editor.treeView(experiments).provider.onDidChangeTreeData!((element) => fired.push(element));
    await change(run, { progress: { step: 80, totalSteps: 120 } });
    await services.runs.refresh();
    expect(fired).toEqual([[running]]);
    expect((fired as unknown[][])[0][0]).toBe(running);
    const item = editor.treeView(experiments).provider.getTreeItem(running) as vscode.TreeItem;
    expect(item.description).toBe('training · step 80/120');
  });

  it('keeps recipes of one name apart by their runs folder', async () => {
    const dirs = [temporaryFolder(), temporaryFolder()];
    editor.openFolders(...dirs);
    await recordedRun(dirs[0], finishedWith(0.8));
    await recordedRun(dirs[1], { minute: 1, ...finishedWith(0.9) });
    experimentsTree(fakeServices(dirs[0]));
    const tree = await editor.tree(experiments);
    expect(tree.map(({ item }) => item.label)).toEqual(['demo', 'demo']);
    expect(new Set(tree.map(({ item }) => item.id)).size).toBe(2);
    expect(tree.map(({ children }) => children.map(({ children: runs }) => runs.length))).toEqual([[1], [1]]);
  });

  it('has no children for a recipe whose runs are gone', async () => {
    const dir = openedFolder();
    await recordedRun(dir, finishedWith(0.8));
    const services = fakeServices(dir);
    experimentsTree(services);
    const [{ element }] = await editor.tree(experiments);
    rmSync(join(dir, 'runs'), { recursive: true });
    await services.runs.refresh();
    expect(await editor.treeView(experiments).provider.getChildren(element)).toEqual([]);
  });

  it('offers to resume what waits while nobody works on it', async () => {
    const dir = openedFolder();
    const run = await recordedRun(dir);
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(join(run, 'run.json'), longAgo, longAgo);
    experimentsTree(fakeServices(dir));
    const [recipe] = await editor.tree(experiments);
    const { item } = recipe.children[0].children[0];
    expect([item.description, item.contextValue]).toEqual([
      'queued, and nobody works on it',
      'run active resumable',
    ]);
  });

  it('shows names as text', async () => {
    const dir = openedFolder();
    const name = '<img src=x>\n[a](command:b) \u202Ecod';
    await recordedRun(dir, { recipe: name, variant: name, status: 'failed', failure: name });
    experimentsTree(fakeServices(dir));
    const [recipe] = await editor.tree(experiments);
    expect(recipe.item.label).toBe('<img src=x> [a](command:b)  cod');
    const tooltip = recipe.children[0].children[0].item.tooltip as vscode.MarkdownString;
    expect(tooltip.value).toContain('&lt;img');
    expect(tooltip.value).not.toContain('[a](command');
    expect(tooltip.isTrusted).toBeFalsy();
  });

  it('tells menus what there is', async () => {
    const dir = openedFolder();
    const services = fakeServices(dir);
    contextKeys(services);
    await services.runs.ready;
    await waitFor(() => expect(editor.contextKeys.get('peftWorkbench.ready')).toBe(true));
    expect(editor.contextKeys.get('peftWorkbench.hasRuns')).toBe(false);
    await recordedRun(dir, finishedWith(0.8));
    await services.runs.refresh();
    const keys = ['hasRuns', 'hasActiveRuns', 'hasResumableRuns', 'hasFinishedRuns'];
    expect(keys.map((key) => editor.contextKeys.get(`peftWorkbench.${key}`))).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });
});

describe('the run store', () => {
  it('follows the setting and file events', async () => {
    const dir = openedFolder();
    const services = fakeServices(dir);
    await services.runs.ready;
    expect(services.runs.folders).toEqual([join(dir, 'runs')]);
    const noticed = new Promise<void>((resolve) => services.runs.onDidChange(resolve));
    await recordedRun(dir);
    editor.watchers[0].create.fire(vscode.Uri.file(join(dir, 'runs', 'x', 'run.json')) as never);
    await noticed;
    expect(services.runs.runs).toHaveLength(1);
    editor.set('peftWorkbench.runsFolder', 'elsewhere');
    expect(services.runs.folders).toEqual([join(dir, 'elsewhere')]);
    expect(editor.watchers[0].disposed).toBe(true);
    await services.runs.refresh();
    expect(services.runs.runs).toEqual([]);
  });
});

it('the run store looks while events never cease', async () => {
  const dir = openedFolder();
  const services = fakeServices(dir);
  await services.runs.ready;
  const noticed = vi.fn();
  services.runs.onDidChange(noticed);
  await recordedRun(dir);
  const often = setInterval(() => editor.watchers[0].change.fire(vscode.Uri.file(dir) as never), 20);
  try {
    // Without an event it looks after 5 s.
    await vi.waitFor(() => expect(noticed).toHaveBeenCalled(), { timeout: 2_000 });
  } finally {
    clearInterval(often);
  }
});

describe('the status bar', () => {
  it('has an item while something trains', async () => {
    const dir = openedFolder();
    await recordedRun(dir, finishedWith(0.8));
    const run = await trainingRun(dir);
    const other = await trainingRun(dir, { seed: 1, progress: { step: 60, totalSteps: 120 } });
    const services = fakeServices(dir);
    statusBar(services);
    await services.runs.ready;
    const [item] = editor.statusBarItems;
    expect(item).toMatchObject({ visible: true, text: '$(sync~spin) 2 training · 41 %' });
    const opens = (...keys: string[]) => ({
      command: { command: 'peftWorkbench.openDashboard', arguments: [{ keys }] },
    });
    expect(item).toMatchObject(opens(run, other));
    await change(run, { status: 'stopped' });
    await services.runs.refresh();
    expect(item.text).toBe('$(sync~spin) 1 training · 50 %');
    expect(item).toMatchObject(opens(other));
  });
});

describe('notifications', () => {
  /** Two runs train and end in the same moment. */
  async function endTwo(focused: boolean) {
    const dir = openedFolder();
    const dirs = [await trainingRun(dir, { seed: 1 }), await trainingRun(dir, { seed: 2 })];
    const services = fakeServices(dir);
    notifications(services);
    await services.runs.ready;
    editor.setFocused(focused);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      await change(dirs[0], { ...finishedWith(0.8) });
      await services.runs.refresh();
      await change(dirs[1], { status: 'failed', failure: 'no memory', elapsedMs: 40_000 });
      await services.runs.refresh();
      await vi.advanceTimersByTimeAsync(2_000);
    } finally {
      vi.useRealTimers();
    }
    return { services, dirs };
  }

  it('are one for runs that end together, with the way to dashboard and log', async () => {
    editor.answer('2 runs ended', 'Open Dashboard');
    const { services, dirs } = await endTwo(false);
    expect(editor.messages).toMatchObject([
      {
        severity: 'warning',
        message: '2 runs ended, 1 of them failed or got lost.',
        items: ['Open Dashboard', 'Show Log', "Don't Show Again"],
      },
    ]);
    expect(services.shown).toEqual([dirs]);
  });

  it('tell of a run whose process is gone', async () => {
    const dir = openedFolder();
    const run = await trainingRun(dir, { elapsedMs: 40_000 });
    const services = fakeServices(dir);
    notifications(services);
    await services.runs.ready;
    editor.setFocused(false);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const longAgo = new Date(Date.now() - 120_000);
      utimesSync(join(run, 'lock'), longAgo, longAgo);
      await services.runs.refresh();
      await vi.advanceTimersByTimeAsync(2_000);
    } finally {
      vi.useRealTimers();
    }
    expect(editor.messages).toMatchObject([
      { severity: 'warning', message: 'ln, seed 0: lost, its process is gone.' },
    ]);
  });

  it('can be switched off', async () => {
    editor.answer('2 runs ended', "Don't Show Again");
    await endTwo(false);
    expect(editor.setting('peftWorkbench.notifications.enabled')).toBe(false);
  });

  it('do not come while somebody looks', async () => {
    await endTwo(true);
    expect(editor.messages).toEqual([]);
  });
});

describe('the models view', () => {
  const tensors = [
    { tensor: 'embeddings.word', shape: [100, 10], count: 1000, module: 'embeddings' },
    { tensor: 'layer.0.ln', shape: [10], count: 10, module: 'attention', layer: 0, method: 'ln_tuning' },
    { tensor: 'layer.0.query', shape: [10, 10], count: 100, module: 'attention', layer: 0 },
    { tensor: 'classifier', shape: [20], count: 20, module: 'head', method: 'head' },
  ];

  it('shows the model of the active recipe with what is trained', async () => {
    const dir = openedFolder();
    const path = join(dir, 'a.peft.yaml');
    writeFileSync(path, 'model: ./m\n');
    let asked = 0;
    const services = fakeServices(dir, {
      'peft/parameters': () => {
        asked++;
        return { model: './m', variants: [{ variant: 'main', tensors }] };
      },
    });
    modelsTree(services);
    expect(asked).toBe(0);
    const shown = await editor.open(path);
    await waitFor(() => expect(editor.contextKeys.get('peftWorkbench.countsSeen')).toBe(true));
    const [root] = await editor.tree('peftWorkbench.models');
    expect([root.item.label, root.item.description]).toEqual(['m', '30 trained · ln_tuning, head']);
    expect(root.children.map(({ item }) => [item.label, item.description])).toEqual([
      ['embeddings', '1,000'],
      ['layer 0', '10 trained · ln_tuning'],
      ['head', '20 trained · head'],
    ]);
    shown.document.apply([{ range: new vscode.Range(0, 0, 0, 0), newText: '# x\n' } as never]);
    await waitFor(() => expect(asked).toBe(2));
    await services.language.lookAgain();
    await waitFor(() => expect(asked).toBe(3));
    const other = join(dir, 'b.txt');
    writeFileSync(other, '');
    await editor.open(other);
    await waitFor(async () => expect(await editor.tree('peftWorkbench.models')).toEqual([]));
  });
});
