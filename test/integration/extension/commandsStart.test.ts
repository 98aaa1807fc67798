import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RecipeDescription } from '../../../src/protocol/language.ts';
import { editor, useEditor } from '../../support/editor/editor.ts';
import { writeRun } from '../../support/recordedRuns.ts';
import { Uri } from '../../support/editor/values.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { commandServices, description, type Given } from './commandServices.ts';

useEditor();
afterEach(() => void vi.useRealTimers());

const planned = (...totals: number[]) => ({
  model: 'm',
  text: '',
  variants: totals.map((total, i) => ({ name: ['a', 'b', 'c'][i], memoryBytes: { total } })) as never,
});
const queued = (...dirs: string[]) =>
  `noise\n${JSON.stringify({ event: 'queued', runs: dirs.map((dir) => ({ id: dir, dir, variant: 'a', seed: 0 })) })}\n`;

async function opened({
  described = {},
  language = {},
  cli = { train: { stdout: queued('/r/1') } },
}: { described?: Partial<RecipeDescription> } & Pick<Partial<Given>, 'language' | 'cli'> = {}) {
  const dir = temporaryFolder();
  editor.openFolders(dir);
  const runsDir = join(dir, 'runs');
  const path = join(dir, 'x.peft.yaml');
  writeFileSync(path, 'version: 1\n');
  const made = await commandServices({
    runsDir,
    cli,
    language: { 'peft/describe': { ...description, ...described }, 'peft/plan': planned(1000), ...language },
  });
  const shownEditor = await editor.open(path);
  const start = () => editor.run('peftWorkbench.startTuning');
  return { ...made, dir, runsDir, path, shownEditor, start };
}

const several = { variants: ['a', 'b'], seeds: [1, 2] };

describe('startTuning', () => {
  it('saves the active recipe, starts it detached in its folder, and opens the dashboard on the new runs', async () => {
    const { calls, shown, start, path, dir, runsDir, shownEditor } = await opened();
    shownEditor.document.apply([
      { range: shownEditor.document.lineAt(0).range, newText: 'version: 1 # changed' },
    ] as never);
    await start();
    expect(readFileSync(path, 'utf8')).toContain('# changed');
    expect(calls).toMatchObject([
      {
        args: ['train', path, '--detach', '--json', '--concurrency', '1', '--runs', runsDir],
        options: { cwd: dir },
      },
    ]);
    expect(shown).toEqual([['/r/1']]);
    expect(editor.messages).toEqual([]);
  });

  it('queues once where it is started twice, under progress, and again afterwards', async () => {
    let release: () => void = () => undefined;
    const train = () => new Promise((resolve) => (release = () => resolve({ stdout: queued('/r/1') })));
    const { calls, start } = await opened({ cli: { train } });
    const [first, second] = [start(), start()];
    await second;
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    expect(editor.progress.map(({ title }) => title)).toContain('Starting x.peft.yaml');
    expect(editor.contextKeys.get('peftWorkbench.tuningStarted')).toBeUndefined();
    release();
    await first;
    expect(calls).toHaveLength(1);
    expect(editor.contextKeys.get('peftWorkbench.tuningStarted')).toBe(true);
    const third = start();
    await vi.waitFor(() => expect(calls).toHaveLength(2));
    release();
    await third;
  });

  it('refuses a recipe with errors and opens the list of problems', async () => {
    const { calls, start } = await opened({ described: { errors: 2 } });
    await start();
    expect(calls).toEqual([]);
    expect(editor.executed).toEqual([{ command: 'workbench.actions.view.problems', args: [] }]);
    expect(editor.messages[0].message).toContain('has 2 errors');
  });

  it('does not take a version of its history for the file', async () => {
    const { calls, path } = await opened();
    const { document } = await editor.open(Uri.from({ scheme: 'git', path }) as never);
    await editor.run('peftWorkbench.startTuning', document.uri);
    expect(calls).toEqual([]);
    expect(editor.messages[0].message).toContain('x.peft.yaml is no file of this machine');
  });

  it.each([1, 2])('shows the first line of what the command line says with status %i', async (status) => {
    const { shown, start } = await opened({ cli: { train: { status, stderr: 'No disk.\n  Buy one.\n' } } });
    await start();
    expect(editor.messages).toMatchObject([{ severity: 'error', message: 'No disk.', items: ['Show Log'] }]);
    expect(editor.channels[0].lines.join('\n')).toContain('Buy one.');
    expect(shown).toEqual([]);
  });

  it('says so where the answer is not the one it knows', async () => {
    const { start } = await opened({ cli: { train: { stdout: '{"event":"queued"}\n' } } });
    await start();
    expect(editor.messages[0].message).toContain('in a form that this version does not know');
  });

  it('passes the executor of the setting', async () => {
    const { calls, start } = await opened();
    editor.set('peftWorkbench.executor', 'onnx-cpu');
    await start();
    expect(calls[0].args.join(' ')).toContain('--executor onnx-cpu');
  });

  it('offers the recipes of the workspace, without the copies in run folders', async () => {
    const { calls, start, path, runsDir } = await opened();
    editor.leaveEditors();
    writeRun(runsDir, 'a');
    let labels: string[] = [];
    editor.answer('Start which recipe?', (items: { label: string }[]) => {
      labels = items.map(({ label }) => label);
      return items[0];
    });
    await start();
    expect(labels).toEqual(['x.peft.yaml', 'New Recipe…']);
    expect(calls[0].args[1]).toBe(path);
  });

  describe('of several runs', () => {
    it('starts all', async () => {
      const { calls, start } = await opened({ described: several });
      editor.answer('Start x.peft.yaml', 'All 4 runs');
      await start();
      expect(calls[0].args.slice(8)).toEqual([]);
    });

    it('starts chosen variants', async () => {
      const { calls, start } = await opened({ described: { ...several, variants: ['a', '-b', 'c'] } });
      editor.answer('Start x.peft.yaml', 'Choose variants');
      editor.answer('Start which variants?', ['a', '-b']);
      await start();
      expect(calls[0].args.slice(8)).toEqual(['--variant=a', '--variant=-b']);
    });

    it('starts one seed', async () => {
      const { calls, start } = await opened({ described: several });
      editor.answer('Start x.peft.yaml', 'Seed 1 only');
      await start();
      expect(calls[0].args.slice(8)).toEqual(['--seed', '1']);
    });

    it('starts nothing where the pick is dismissed', async () => {
      const { calls, asked, start } = await opened({ described: several });
      editor.answer('Start x.peft.yaml', undefined);
      await start();
      expect([calls, asked, editor.messages]).toEqual([[], ['peft/describe'], []]);
    });
  });

  describe('and memory', () => {
    const HUGE = 1e15;

    it.each([
      ['Start', 1],
      [undefined, 0],
    ])('asks with both numbers before more is used than there is: %s', async (answer, starts) => {
      const { calls, start } = await opened({ language: { 'peft/plan': planned(HUGE) } });
      editor.answer('Training needs about 1000.0 TB of memory', answer);
      await start();
      expect(editor.messages[0]).toMatchObject({ modal: true, items: ['Start'] });
      expect(editor.messages[0].message).toMatch(/1000\.0 TB of memory, and [\d.]+ [GT]B are available/);
      expect(calls).toHaveLength(starts);
    });

    it('counts the largest chosen variant once for each run at the same time', async () => {
      const { start } = await opened({ described: several, language: { 'peft/plan': planned(HUGE / 4, 1) } });
      editor.set('peftWorkbench.maxConcurrentRuns', 3);
      editor.answer('Start x.peft.yaml', 'All 4 runs');
      editor.answer('Training needs about 750.0 TB', undefined);
      await start();
    });

    it('does not ask about variants that are not started', async () => {
      const { calls, start } = await opened({
        described: several,
        language: {
          'peft/plan': ({ variants = [] }) =>
            variants.length === 1 && variants[0] === 'b' ? planned(1) : planned(HUGE, 1),
        },
      });
      editor.answer('Start x.peft.yaml', 'Choose variants');
      editor.answer('Start which variants?', ['b']);
      await start();
      expect(calls).toHaveLength(1);
    });

    it.each([
      ['a problem', { problem: 'no model here' }],
      ['a failure', () => Promise.reject(new Error('no model here'))],
    ])('asks where planning ends with %s', async (_, plan) => {
      const { calls, start } = await opened({ language: { 'peft/plan': plan } });
      editor.answer('Start anyway?', undefined);
      await start();
      expect(editor.messages[0]).toMatchObject({ modal: true, detail: 'no model here' });
      expect(calls).toEqual([]);
    });

    it.each([
      ['Start', 1],
      [undefined, 0],
    ])('waits 10 s for the plan, ends it, and asks: %s', async (answer, starts) => {
      let ended = false;
      const plan = (_: unknown, token?: { onCancellationRequested(listener: () => void): unknown }) => {
        token?.onCancellationRequested(() => (ended = true));
        vi.advanceTimersByTimeAsync(10_000).catch(() => undefined);
        return new Promise(() => undefined);
      };
      const { calls, start } = await opened({ language: { 'peft/plan': plan } });
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      editor.answer('How much memory x.peft.yaml needs is not known', answer);
      await start();
      expect([calls.length, ended]).toEqual([starts, true]);
      expect(editor.messages[0].detail).toBe('Planning took longer than 10 seconds.');
    });

    it('starts nothing where planning was cancelled', async () => {
      const plan = () => {
        editor.progress[0].cancel();
        return Promise.reject(new Error('cancelled'));
      };
      const { calls, start } = await opened({ language: { 'peft/plan': plan } });
      await start();
      expect([calls, editor.messages]).toEqual([[], []]);
    });
  });
});
