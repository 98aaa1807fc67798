import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import * as vscode from 'vscode';
import { applyDelta } from '../../../src/protocol/applyDelta.ts';
import type { DashboardSnapshot } from '../../../src/protocol/dashboard.ts';
import { claim } from '../../../src/runs/lock.ts';
import { listRuns } from '../../../src/runs/runFolder.ts';
import { editor, useEditor } from '../../support/editor/editor.ts';
import type { FakePanel } from '../../support/editor/panels.ts';
import { losses, writeRun } from '../../support/recordedRuns.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { dashboardOver, known, messagesOf, until } from './dashboardOver.ts';

useEditor();

const VIEW_TYPE = 'peftWorkbench.dashboard';
const actions = ['stop', 'resume', 'openRunRecipe', 'showLog', 'exportAdapter', 'predict'];

/** What the page of a panel shows: its last snapshot, with the deltas that followed. */
function shown(panel: FakePanel): DashboardSnapshot {
  const messages = messagesOf(panel);
  const begin = messages.map(({ type }) => type).lastIndexOf('snapshot');
  const first = messages[begin];
  if (first?.type !== 'snapshot') throw new Error('no snapshot yet');
  return messages
    .slice(begin + 1)
    .reduce(
      (all, message) => (message.type === 'delta' ? applyDelta(all, message.delta) : all),
      first.snapshot,
    );
}

const stepsOf = (panel: FakePanel, run: string) =>
  shown(panel).series.find((one) => one.run === run && one.metric === 'train/loss')?.step ?? [];

const theLog = () => editor.channels.flatMap(({ lines }) => lines).join('\n');

/** The clock of the session moves only where a test moves it; files are read in real time. */
function stopClock() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
}

describe('the dashboard panel', () => {
  let runsDir: string;
  beforeEach(() => {
    runsDir = join(temporaryFolder(), 'runs');
    mkdirSync(runsDir);
  });

  it('is one per window, has a strict policy and reads nothing but the pages', async () => {
    const { dashboard } = await dashboardOver(runsDir);
    dashboard.show();
    dashboard.show();
    expect(editor.panels).toHaveLength(1);
    const [panel] = editor.panels;
    expect(panel.viewType).toBe(VIEW_TYPE);
    expect(panel.revealed).toBe(1);
    expect(panel.options).not.toHaveProperty('retainContextWhenHidden');
    const { localResourceRoots } = panel.webview.options as vscode.WebviewOptions;
    expect(localResourceRoots!.map(({ path }) => path.endsWith('/dist/webview'))).toEqual([true]);
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(panel.webview.html)![1];
    expect(policy).toContain('default-src &#39;none&#39;');
    expect(policy).not.toContain('unsafe');
    const [, nonce] = /<script nonce="([^"]+)" src="[^"]*dashboard\.js"><\/script>/.exec(panel.webview.html)!;
    expect(policy).toContain(`script-src &#39;nonce-${nonce}&#39;;`);
  });

  it('is in English, or hands the page the translations that the editor has', async () => {
    const { dashboard } = await dashboardOver(runsDir);
    dashboard.show();
    expect(editor.panels[0].webview.html).toContain('<html lang="en">');
    editor.panels[0].dispose();
    const bundle = { Runs: 'Läufe </script><b>', Steps: 'Schritte' };
    Object.assign(vscode.l10n, { bundle });
    Object.assign(vscode.env, { language: 'de' });
    onTestFinished(() => {
      Object.assign(vscode.l10n, { bundle: undefined });
      Object.assign(vscode.env, { language: 'en' });
    });
    dashboard.show();
    const { html } = editor.panels[0].webview;
    expect(html).toContain('<html lang="de">');
    const [, json] = /<script type="application\/json" id="l10n">(.*?)<\/script>/.exec(html)!;
    expect(JSON.parse(json)).toEqual(bundle);
  });

  it('tells the page the runs at work with their curves and parameters, and then what is added', async () => {
    writeRun(runsDir, 'old', { metrics: losses(5) });
    const dir = await working('new', { metrics: losses(3), seed: 1 });
    const { dashboard, asked } = await dashboardOver(runsDir);
    dashboard.show();
    const [panel] = editor.panels;
    panel.receive({ type: 'ready' });
    await until(() => expect(stepsOf(panel, dir)).toEqual([1, 2, 3]));
    expect(shown(panel).runs.map(({ id, status }) => [id, status])).toEqual([
      ['new', 'running'],
      ['old', 'finished'],
    ]);
    expect(shown(panel).selected).toEqual([dir]);
    await until(() => expect(shown(panel).parameters).toHaveLength(1));
    expect(shown(panel).parameters[0]).toEqual({
      run: dir,
      shares: [
        { layer: 0, module: 'ffn', method: 'ln', count: 6 },
        { module: 'head', method: 'head', count: 2 },
      ],
      base: 100,
      trained: 6,
      head: 2,
    });
    expect(asked).toHaveBeenCalledTimes(1);
    const before = messagesOf(panel).length;
    appendFileSync(join(dir, 'metrics.jsonl'), '{"step":4,"train/loss":0.1}\n{"step":5,');
    await until(() => expect(stepsOf(panel, dir)).toEqual([1, 2, 3, 4]));
    const change = expect.objectContaining({ metric: 'train/loss', from: 3, step: [4] }) as unknown;
    expect(messagesOf(panel).slice(before)).toEqual([{ type: 'delta', delta: { series: [change] } }]);
  });

  it('sends what comes fast at most four times per second', async () => {
    stopClock();
    const dir = await working('a');
    const { dashboard, look } = await dashboardOver(runsDir);
    dashboard.show();
    const [panel] = editor.panels;
    const times: number[] = [];
    panel.webview.onDidPost(() => times.push(performance.now()));
    panel.receive({ type: 'ready' });
    for (let step = 1; step <= 60; step++) {
      appendFileSync(join(dir, 'metrics.jsonl'), `{"step":${step},"train/loss":1}\n`);
      await look();
      await vi.advanceTimersByTimeAsync(20);
    }
    await until(() => expect(stepsOf(panel, dir)).toHaveLength(60));
    // The snapshot, and the first of what follows it, go at once.
    const gaps = times.slice(2).map((time, i) => time - times[i + 1]);
    expect(gaps.length).toBeGreaterThan(2);
    expect((times.at(-1)! - times[1]) / gaps.length).toBeGreaterThan(200);
  });

  it('reads and tells nothing while its page is hidden, and everything to the page that comes next', async () => {
    stopClock();
    const dir = await working('a', { metrics: losses(2) });
    const { dashboard, look } = await dashboardOver(runsDir);
    dashboard.show();
    const [panel] = editor.panels;
    panel.receive({ type: 'ready' });
    await until(() => expect(stepsOf(panel, dir)).toEqual([1, 2]));
    panel.setVisible(false);
    const before = messagesOf(panel).length;
    appendFileSync(join(dir, 'metrics.jsonl'), '{"step":3,"train/loss":0.1}\n');
    await look();
    panel.receive({ type: 'ready' });
    for (let times = 0; times < 4; times++) {
      await vi.advanceTimersByTimeAsync(250);
      await look();
    }
    expect(messagesOf(panel)).toHaveLength(before);
    panel.setVisible(true);
    panel.receive({ type: 'ready', selected: [] });
    await until(() => expect(stepsOf(panel, dir)).toEqual([1, 2, 3]));
    const [snapshot] = messagesOf(panel).slice(before);
    expect(snapshot).toMatchObject({ type: 'snapshot', snapshot: { selected: [dir] } });
  });

  it('shows the curve of a run to its last line when it has ended', async () => {
    const dir = await working('a', { metrics: losses(2) });
    const { dashboard, look } = await dashboardOver(runsDir);
    dashboard.show();
    const [panel] = editor.panels;
    panel.receive({ type: 'ready' });
    await until(() => expect(stepsOf(panel, dir)).toEqual([1, 2]));
    writeRun(runsDir, 'a', { metrics: losses(7) });
    await look();
    await until(() => expect(stepsOf(panel, dir)).toHaveLength(7));
    expect(shown(panel).runs[0]).toMatchObject({ status: 'finished' });
  });

  it('adds the runs that are started of a recipe that it shows, and no others', async () => {
    const first = writeRun(runsDir, 'a');
    const { dashboard, look } = await dashboardOver(runsDir);
    dashboard.show([first]);
    const [panel] = editor.panels;
    panel.receive({ type: 'ready' });
    await until(() => expect(shown(panel).selected).toEqual([first]));
    const second = writeRun(runsDir, 'b', { record: { seed: 1, position: 1 }, metrics: losses(1) });
    writeRun(runsDir, 'c', { record: { recipe: 'other', position: 2 } });
    await look();
    await until(() => expect(shown(panel).selected).toEqual([first, second]));
    await until(() => expect(stepsOf(panel, second)).toEqual([1]));
    rmSync(second, { recursive: true });
    await look();
    await until(() => expect(shown(panel).runs.map(({ id }) => id)).toEqual(['a', 'c']));
    expect(shown(panel).series.filter(({ run }) => run === second)).toEqual([]);
  });

  it('gives the whole curve of a run that was deselected and selected again at once', async () => {
    const dir = await working('a', { metrics: losses(3) });
    const { dashboard } = await dashboardOver(runsDir);
    dashboard.show([dir]);
    const [panel] = editor.panels;
    panel.receive({ type: 'ready' });
    await until(() => expect(stepsOf(panel, dir)).toHaveLength(3));
    await until(() => expect(shown(panel).parameters).toHaveLength(1));
    const before = messagesOf(panel).length;
    panel.receive({ type: 'select', runs: [] });
    panel.receive({ type: 'select', runs: [dir] });
    await until(() => {
      const deltas = messagesOf(panel).slice(before);
      const series = deltas.flatMap((message) =>
        message.type === 'delta' ? (message.delta.series ?? []) : [],
      );
      expect(series[0]).toMatchObject({ from: 0, step: [1, 2, 3] });
    });
    await until(() => expect(shown(panel).parameters).toHaveLength(1));
  });

  it('shows the newest hundred of what is selected, in whatever order it is named, and what was chosen last, and says of how many', async () => {
    const all = Array.from({ length: 101 }, (_, i) =>
      writeRun(runsDir, `run-${i}`, { record: { recipe: `recipe ${i}`, seed: i, position: i } }),
    );
    const unreadable = writeRun(runsDir, 'unreadable');
    writeFileSync(join(unreadable, 'run.json'), '{');
    const { dashboard } = await dashboardOver(runsDir);
    dashboard.show([unreadable, ...all].reverse());
    const [panel] = editor.panels;
    panel.receive({ type: 'ready' });
    const limited = { selected: all.slice(1), selectedInAll: 102 };
    await until(() => expect(shown(panel)).toMatchObject(limited));
    // An older one that is chosen then takes the place of the oldest.
    panel.receive({ type: 'select', runs: all });
    const withOldest = [all[0], ...all.slice(2)];
    await until(() => expect(shown(panel)).toMatchObject({ selected: withOldest, selectedInAll: 101 }));
    panel.receive({ type: 'select', runs: withOldest });
    await until(() => expect(shown(panel)).not.toHaveProperty('selectedInAll'));
    // The page, which shows at once what it asks for, hears what is shown of it also where nothing is different.
    const before = messagesOf(panel).length;
    panel.receive({ type: 'select', runs: [...withOldest, '/gone'] });
    const told = expect.objectContaining({ selected: withOldest }) as unknown;
    await until(() => expect(messagesOf(panel).slice(before)).toContainEqual({ type: 'delta', delta: told }));
  });

  it('waits for the first run, then shows it', async () => {
    const { dashboard, look } = await dashboardOver(runsDir);
    dashboard.show();
    const [panel] = editor.panels;
    panel.receive({ type: 'ready' });
    await until(() => expect(shown(panel).runs).toEqual([]));
    const dir = writeRun(runsDir, 'a', { metrics: losses(1) });
    await look();
    await until(() => expect(stepsOf(panel, dir)).toEqual([1]));
  });

  it('comes back after a reload with what its page showed, and never twice', async () => {
    const [a, b] = [writeRun(runsDir, 'a', { metrics: losses(1) }), writeRun(runsDir, 'b')];
    const { dashboard } = await dashboardOver(runsDir);
    const panel = await editor.restorePanel(VIEW_TYPE, { selected: [b] });
    panel.receive({ type: 'ready', selected: [b, '/gone'] });
    await until(() => expect(shown(panel).selected).toEqual([b]));
    dashboard.show([a]);
    expect(editor.panels).toEqual([panel]);
    await until(() => expect(stepsOf(panel, a)).toEqual([1]));
    await editor.restorePanel(VIEW_TYPE, {});
    expect(editor.panels).toEqual([panel]);
    panel.dispose();
    dashboard.show();
    expect(editor.panels).toHaveLength(1);
  });

  it('hands actions on known runs to the commands, and drops every other message', async () => {
    const dir = writeRun(runsDir, 'a');
    const { dashboard } = await dashboardOver(runsDir);
    dashboard.show();
    const [panel] = editor.panels;
    for (const action of actions) editor.builtin(`peftWorkbench.${action}`, () => undefined);
    panel.receive({ type: 'act', action: 'stop', run: dir });
    panel.receive({ type: 'act', action: 'openRecipe', run: dir });
    const done = [
      { command: 'peftWorkbench.stop', args: [dir] },
      { command: 'peftWorkbench.openRunRecipe', args: [dir] },
    ];
    expect(editor.executed).toEqual(done);
    for (const message of [
      { type: 'act', action: 'stop', run: '/etc' },
      { type: 'act', action: 'delete', run: dir },
      { type: 'act', action: 'stop', run: dir, force: true },
      { type: 'select', runs: 'all' },
      { type: 'select', runs: [1] },
      { type: '__proto__' },
      'ready',
      null,
    ])
      panel.receive(message);
    expect(editor.executed).toEqual(done);
    expect(panel.posted).toEqual([]);
    expect(theLog().match(/dropped/g)).toHaveLength(8);
  });

  it('shows half-written runs, those of a later version and hostile names as text', async () => {
    const name = `<img src=x onerror=alert(1)>"'\n\u202e</script>`;
    const odd = writeRun(runsDir, 'a <b>"\u202e', { record: { variant: name, recipe: name } });
    writeFileSync(join(writeRun(runsDir, 'half'), 'run.json'), '{"formatVersion": 1, "stat');
    writeFileSync(join(writeRun(runsDir, 'later'), 'run.json'), '{"formatVersion": 9}');
    mkdirSync(join(runsDir, 'not ours'));
    const { dashboard } = await dashboardOver(runsDir);
    dashboard.show();
    const [panel] = editor.panels;
    panel.receive({ type: 'ready' });
    await until(() => expect(shown(panel).runs).toHaveLength(3));
    const [first, half, later] = shown(panel).runs;
    expect(first).toMatchObject({ key: odd, variant: name, recipe: name });
    expect(half.problem).toMatch(/^run\.json cannot be read/);
    expect(later.problem).toMatch(/newer than version 1/);
    expect(panel.webview.html).not.toContain('onerror');
    panel.receive({ type: 'select', runs: [half.key, later.key] });
    await until(() => expect(shown(panel).selected).toEqual([half.key, later.key]));
  });

  it('does without parameters where they are not known, and asks again the next time', async () => {
    const [a, b] = [0, 1].map((seed) => writeRun(runsDir, `run-${seed}`, { record: { seed } }));
    const answers = [() => Promise.reject(new Error('no server')), () => Promise.resolve(known)];
    const { dashboard, asked } = await dashboardOver(runsDir, () => answers.shift()!());
    dashboard.show([a]);
    const [panel] = editor.panels;
    panel.receive({ type: 'ready' });
    await until(() => expect(theLog()).toContain('no server'));
    panel.receive({ type: 'select', runs: [a, b] });
    await until(() => expect(shown(panel).parameters.map(({ run }) => run)).toEqual([b]));
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it('has 20 runs of 10,000 points on the page soon, and then sends little', async () => {
    const lines = losses(10_000);
    for (let seed = 0; seed < 19; seed++)
      writeRun(runsDir, `run-${seed}`, { record: { seed, position: seed }, metrics: lines });
    const last = await working('run-19', { seed: 19, metrics: lines });
    const { dashboard } = await dashboardOver(runsDir);
    dashboard.show((await listRuns(runsDir)).map(({ dir }) => dir));
    const [panel] = editor.panels;
    panel.receive({ type: 'ready' });
    await vi.waitFor(
      () => {
        // Once a look: putting all messages together is most of the work here.
        const { series, parameters } = shown(panel);
        const points = series.filter(({ metric }) => metric === 'train/loss');
        expect(points).toHaveLength(20);
        expect(points.every(({ value }) => value.length === 10_000)).toBe(true);
        expect(parameters).toHaveLength(20);
      },
      { timeout: 10_000, interval: 200 },
    );
    const before = messagesOf(panel).length;
    appendFileSync(join(last, 'metrics.jsonl'), '{"step":10001,"train/loss":1}\n');
    await until(() => expect(messagesOf(panel).length).toBeGreaterThan(before));
    expect(JSON.stringify(messagesOf(panel).slice(before)).length).toBeLessThan(500);
  });

  /** A run at which this process works, as its lock says. */
  async function working(
    id: string,
    { seed = 0, metrics = [] }: { seed?: number; metrics?: readonly object[] } = {},
  ): Promise<string> {
    const dir = writeRun(runsDir, id, { record: { status: 'running', seed }, metrics });
    await claim(dir);
    return dir;
  }
});
