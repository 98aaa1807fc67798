import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDashboard } from '../../../src/extension/pages/createDashboard.ts';
import type { PredictionsAnswer, PredictionsQuery } from '../../../src/protocol/predictions/messages.ts';
import { pairKey } from '../../../src/protocol/predictions/textClassification.ts';
import { runPaths } from '../../../src/runs/runPaths.ts';
import { editor, useEditor } from '../../support/editor/editor.ts';
import type { FakePanel } from '../../support/editor/panels.ts';
import { globPattern } from '../../support/editor/workspace.ts';
import { fakeServices } from '../../support/fakeServices.ts';
import { linesOf, predictionExamples, writePredictedRun } from '../../support/predictionExamples.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { writeRun } from '../../support/recordedRuns.ts';
import { dashboardOver, messagesOf, until } from './dashboardOver.ts';

useEditor();

const all = { order: 'worst', from: 0, count: 25 } as const;
const sentences = predictionExamples['text-classification'];

const answersOf = (panel: FakePanel): PredictionsAnswer[] =>
  messagesOf(panel).flatMap((message) => (message.type === 'predictions' ? message.answer : []));

/** A page that listens, over what `write` puts into a runs folder. */
async function openPage<T>(write: (runsDir: string) => T) {
  const runsDir = join(temporaryFolder(), 'runs');
  const written = write(runsDir);
  const host = await dashboardOver(runsDir);
  host.dashboard.show();
  const [panel] = editor.panels;
  panel.receive({ type: 'ready' });
  await until(() => expect(messagesOf(panel)).not.toEqual([]));
  const ask = async (
    query: Omit<PredictionsQuery, 'order' | 'from' | 'count'> & Partial<PredictionsQuery>,
  ) => {
    const before = answersOf(panel).length;
    panel.receive({ type: 'predictions', query: { ...all, ...query } });
    await until(() => expect(answersOf(panel).length).toBeGreaterThan(before));
    return answersOf(panel).at(-1)!;
  };
  return { ...host, panel, written, ask };
}

describe('predictions on the dashboard', () => {
  it('are counted, and given in pages, the worst first', async () => {
    const { written: run, ask } = await openPage((dir) =>
      writePredictedRun(dir, 'text-classification', {
        test: linesOf(sentences.slice(0, 2)),
        validation: linesOf(sentences),
        'new.tsv': linesOf(sentences.slice(2)),
      }),
    );
    const answer = await ask({ run });
    expect(answer).toMatchObject({
      files: ['validation', 'test', 'new.tsv'],
      file: 'validation',
      task: 'text-classification',
      content: { count: 4, matching: 4, isRanked: true, isCut: false },
    });
    expect(answer.content!.lines.map(({ id }) => id)).toEqual([3, 1, 2, 0]);
    expect(answer.content!.lines[0]).toEqual(sentences[3]);
    const having = pairKey('positive', 'negative');
    expect(answer.content!.tally[having]).toBe(1);
    expect(await ask({ run, having })).toMatchObject({ content: { matching: 1, lines: [{ id: 1 }] } });
    expect(await ask({ run, file: 'new.tsv', from: 1, count: 1 })).toMatchObject({
      file: 'new.tsv',
      content: { matching: 2, lines: [{ id: 2 }] },
    });
  });

  it('are told once more when a file comes or is replaced, and not otherwise', async () => {
    const {
      written: run,
      ask,
      look,
      panel,
    } = await openPage((dir) => writePredictedRun(dir, 'text-classification', {}));
    expect(await ask({ run })).toMatchObject({ files: [] });
    expect(answersOf(panel)[0]).not.toHaveProperty('content');
    await look();
    writePredictedRun(join(run, '..'), 'text-classification', { test: linesOf(sentences.slice(0, 1)) });
    await look();
    await until(() => expect(answersOf(panel).at(-1)).toMatchObject({ file: 'test', content: { count: 1 } }));
    writeFileSync(runPaths(run).predictions('test'), linesOf(sentences));
    await look();
    await until(() => expect(answersOf(panel).at(-1)).toMatchObject({ content: { count: 4 } }));
    expect(answersOf(panel)).toHaveLength(3);
  });

  it('are told when a file comes to a run of which nothing else is different, as predict --save has it', async () => {
    const dir = temporaryFolder();
    editor.openFolders(dir);
    const run = writePredictedRun(join(dir, 'runs'), 'text-classification', {});
    const services = fakeServices(dir);
    const dashboard = createDashboard(services);
    onTestFinished(() => dashboard.dispose());
    dashboard.show();
    const [panel] = editor.panels;
    panel.receive({ type: 'predictions', query: { ...all, run } });
    await until(() => expect(answersOf(panel)).toMatchObject([{ files: [] }]));
    writePredictedRun(join(dir, 'runs'), 'text-classification', { 'new.tsv': linesOf(sentences) });
    const { pattern } = editor.watchers[0].pattern as { pattern: string };
    expect(globPattern(pattern).test('a/predictions/new.tsv.jsonl')).toBe(true);
    editor.watchers[0].create.fire(vscode.Uri.file(runPaths(run).predictions('new.tsv')) as never);
    await until(() => expect(answersOf(panel)[1]).toMatchObject({ file: 'new.tsv', content: { count: 4 } }));
  });

  it('say which lines are broken, of what task they would have to be, and why a file cannot be read', async () => {
    const { written, ask } = await openPage((dir) => ({
      broken: writePredictedRun(dir, 'question-answering', { test: '{"id":0}\n' }),
      other: writePredictedRun(dir, 'language-modeling', {}),
      taskless: writeRun(dir, 'taskless'),
    }));
    expect(await ask({ run: written.broken })).toMatchObject({
      content: {
        count: 0,
        broken: { count: 1, first: [{ line: 1, problem: 'question: expected string, found nothing' }] },
      },
    });
    expect((await ask({ run: written.other })).problem).toMatch(
      /expected a task .*question-answering.*, found language-modeling/,
    );
    expect((await ask({ run: written.taskless })).problem).toMatch(/found none$/);
    rmSync(join(written.broken, 'recipe.peft.yaml'));
    expect((await ask({ run: written.broken })).problem).toMatch(/ENOENT/);
  });

  it('of no other file than those of the run: names lead nowhere, and a run that is not there has none', async () => {
    const { written: run, ask } = await openPage((dir) => writePredictedRun(dir, 'text-classification'));
    for (const file of ['../../x', '/etc/passwd', '../run', '__proto__'])
      expect(await ask({ run, file })).toMatchObject({ file: 'test' });
    expect(await ask({ run: '/etc' })).toEqual({ query: { ...all, run: '/etc' }, files: [] });
  });

  it('are not read for a question that does not fit, nor for a page that is hidden', async () => {
    const { written: run, panel } = await openPage((dir) => writePredictedRun(dir, 'text-classification'));
    for (const query of [
      { ...all, run, count: 1000 },
      { ...all, run, from: -1 },
      { ...all, run, order: 'best' },
      { ...all, run, path: '/etc' },
      { ...all, run: 3 },
    ])
      panel.receive({ type: 'predictions', query });
    expect(
      editor.channels
        .flatMap(({ lines }) => lines)
        .join('\n')
        .match(/dropped/g),
    ).toHaveLength(5);
    panel.receive({ type: 'predictions', query: { ...all, run } });
    panel.setVisible(false);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(answersOf(panel)).toEqual([]);
  });

  it('of which the last question alone is answered, while a long file is read', async () => {
    const long = linesOf(Array.from({ length: 60_000 }, (_, id) => ({ ...sentences[id % 4], id })));
    const { written, panel } = await openPage((dir) => ({
      long: writePredictedRun(dir, 'text-classification', { test: long }),
      short: writePredictedRun(dir, 'text-classification', undefined, { id: 'short', seed: 1 }),
    }));
    panel.receive({ type: 'predictions', query: { ...all, run: written.long } });
    panel.receive({ type: 'predictions', query: { ...all, run: written.short } });
    await until(() => expect(answersOf(panel)).toMatchObject([{ content: { count: 4 } }]));
    panel.receive({ type: 'predictions', query: { ...all, run: written.long, from: 59_990 } });
    await until(() => expect(answersOf(panel).at(-1)).toMatchObject({ content: { count: 60_000 } }));
    expect(answersOf(panel)).toHaveLength(2);
    expect(answersOf(panel)[1].content!.lines).toHaveLength(10);
    expect(JSON.stringify(answersOf(panel)[1]).length).toBeLessThan(5000);
  });

  it('are shown by the page that is asked for them, also one that has to be opened first', async () => {
    const runsDir = join(temporaryFolder(), 'runs');
    const run = writePredictedRun(runsDir, 'text-classification');
    const { dashboard } = await dashboardOver(runsDir);
    dashboard.showPredictions(run, 'test');
    const [panel] = editor.panels;
    expect(messagesOf(panel)).toEqual([]);
    panel.receive({ type: 'ready' });
    const message = { type: 'showPredictions', run, file: 'test' };
    await until(() => expect(messagesOf(panel).slice(0, 2)).toMatchObject([{ type: 'snapshot' }, message]));
    dashboard.showPredictions(run);
    expect(messagesOf(panel).filter(({ type }) => type === 'showPredictions')).toEqual([
      message,
      { type: 'showPredictions', run },
    ]);
  });
});
