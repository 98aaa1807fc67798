import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { predictionFiles } from '../../../src/experiments/predictionFiles.ts';
import { indexPredictions, worstFirst } from '../../../src/experiments/predictionIndex.ts';
import { runTask } from '../../../src/experiments/runTask.ts';
import { predictionReadings } from '../../../src/protocol/predictions/registry.ts';
import { pairKey } from '../../../src/protocol/predictions/textClassification.ts';
import { writeResolved } from '../../../src/recipe/resolved.ts';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import { linesOf, predictionExamples, writePredictedRun } from '../../support/predictionExamples.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyRecipe } from '../../support/tinyWorkspace.ts';
import { tinyTagsRecipe } from '../../support/tinyTags.ts';

const reading = predictionReadings['text-classification'];
const signal = new AbortController().signal;
const all = { order: 'file', from: 0, count: 100 } as const;

function written(text: string): string {
  const path = join(temporaryFolder(), 'test.jsonl');
  writeFileSync(path, text);
  return path;
}

const idsOf = (page: { readonly lines: readonly { id: number }[] } | undefined) =>
  page?.lines.map(({ id }) => id);

describe('indexPredictions', () => {
  it('gives pages of all lines or of those with a key, in either order', async () => {
    const path = written(linesOf(predictionExamples['text-classification']));
    const { summary, page } = await indexPredictions(path, reading, signal);
    expect(summary).toMatchObject({
      count: 4,
      isRanked: true,
      isCut: false,
      broken: { count: 0, first: [] },
    });
    expect(await page(all)).toMatchObject({ matching: 4, lines: predictionExamples['text-classification'] });
    expect(idsOf(await page({ ...all, order: 'worst' }))).toEqual([3, 1, 2, 0]);
    expect(idsOf(await page({ order: 'worst', from: 1, count: 2 }))).toEqual([1, 2]);
    expect(await page({ ...all, from: 4 })).toEqual({ matching: 4, lines: [] });
    const having = pairKey('negative', 'positive');
    expect(await page({ ...all, having, order: 'worst' })).toMatchObject({ matching: 1, lines: [{ id: 3 }] });
    expect(await page({ ...all, having: 'nothing' })).toEqual({ matching: 0, lines: [] });
  });

  it('says of what cannot be read the line and what was expected, and goes on', async () => {
    const [first, second] = predictionExamples['text-classification'];
    const text = `${linesOf([first])}\nnot json\n{"id":"7","prediction":"a","scores":{}}\n[1]\n${JSON.stringify(second)}`;
    const { summary, page } = await indexPredictions(written(text), reading, signal);
    expect(summary.broken).toEqual({
      count: 3,
      first: [
        { line: 3, problem: 'expected a JSON object, found "not json"' },
        { line: 4, problem: 'id: expected number, found "7"' },
        { line: 5, problem: 'expected object, found [1]' },
      ],
    });
    expect(idsOf(await page(all))).toEqual([0, 1]);
  });

  it('reads texts across the pieces in which a file comes, also long ones', async () => {
    const lines = Array.from({ length: 300 }, (_, id) => ({
      ...predictionExamples['text-classification'][id % 4],
      id,
      text: `${'ü🙂'.repeat(id * 7)}${id}`,
    }));
    const { summary, page } = await indexPredictions(written(linesOf(lines)), reading, signal);
    expect(summary.count).toBe(300);
    expect(await page({ ...all, from: 200 })).toMatchObject({ lines: lines.slice(200) });
  });

  it('leaves out a line of more than 4 MB, by its number', async () => {
    const [line] = predictionExamples['text-classification'];
    const text = linesOf([line, { ...line, text: 'x'.repeat(5 << 20) }, { ...line, id: 2 }]);
    const { summary, page } = await indexPredictions(written(text), reading, signal);
    expect(summary.broken.first).toEqual([{ line: 2, problem: 'expected at most 4 MB' }]);
    expect(idsOf(await page(all))).toEqual([0, 2]);
  });

  it('reads the first lines of a file without end, and says so', async () => {
    const lines = Array.from({ length: 10 }, (_, id) => ({
      ...predictionExamples['text-classification'][0],
      id,
    }));
    const { summary } = await indexPredictions(written(linesOf(lines)), reading, signal, 4);
    expect(summary).toMatchObject({ count: 4, isCut: true });
    const whole = await indexPredictions(written(linesOf(lines)), reading, signal, 10);
    expect(whole.summary).toMatchObject({ count: 10, isCut: false });
  });

  it('has no order of its own without labels', async () => {
    const lines = predictionExamples['text-classification'].map((line) => ({ ...line, label: undefined }));
    const { summary, page } = await indexPredictions(written(linesOf(lines)), reading, signal);
    expect(summary.isRanked).toBe(false);
    expect(idsOf(await page({ ...all, order: 'worst' }))).toEqual([0, 1, 2, 3]);
  });

  it('gives nothing of a file that is another one by now', async () => {
    const path = written(linesOf(predictionExamples['text-classification']));
    const { page } = await indexPredictions(path, reading, signal);
    writeFileSync(path, 'something else\n');
    expect(await page(all)).toBeUndefined();
  });

  it('refuses what counts more kinds of things than predictions do, and ends when nobody waits', async () => {
    const many = Array.from(
      { length: 100_001 },
      (_, id) => `{"id":${id},"prediction":"${id}","scores":{}}\n`,
    );
    const path = written(many.join(''));
    await expect(indexPredictions(path, reading, signal)).rejects.toThrow(
      /more than 100000 different outcomes/,
    );
    await expect(indexPredictions(path, reading, AbortSignal.abort())).rejects.toThrow(/abort/i);
  });
});

it('ranks fall, equal ones keep their order, and those without one come last', () => {
  expect(worstFirst([1, undefined, Infinity, 0, 1, Infinity])).toEqual([2, 5, 0, 4, 3, 1]);
});

it('files of predictions are listed with those of the run itself first', async () => {
  const runsDir = temporaryFolder();
  const dir = writePredictedRun(runsDir, 'text-classification', { 'a.tsv': '', test: '', validation: '' });
  writeFileSync(join(dir, 'predictions', 'notes.txt'), '');
  expect(await predictionFiles(dir)).toEqual(['validation', 'test', 'a.tsv']);
  expect(await predictionFiles(join(runsDir, 'none'))).toEqual([]);
});

it.each([
  [tinyRecipe, 'text-classification'],
  [tinyTagsRecipe, 'token-classification'],
])('the task is read off a recipe as runs keep it', (text, task) => {
  const { recipe } = parseRecipe(text, 'a.peft.yaml');
  expect(runTask(writeResolved(recipe!.configurations[0], 1))).toBe(task);
});

it('a recipe without a task names none', () => {
  expect(runTask('version: 1\nmethods:\n  type: x\n')).toBeUndefined();
  expect(runTask('task:\n  deeper:\n    type: x\nother:\n  type: y\n')).toBeUndefined();
});
