import { expect, it } from 'vitest';
import { predictionLines } from '../../../src/tasks/predictionLines.ts';
import { tasks } from '../../../src/tasks/registry.ts';
import type { Prediction } from '../../../src/tasks/task.ts';

const linesOf = (texts: readonly string[]) => texts.map((text) => JSON.parse(text) as unknown);

it('a line has its texts under the names of the recipe fields, found by the row of the prediction', () => {
  const rows = [7, 3].map((index) => ({
    index,
    line: index + 2,
    values: { 'a b': `first ${index}`, b: `second ${index}`, label: 'x' },
  }));
  const predictions: Prediction[] = [3, 7].map((id) => ({ id, prediction: 'x', scores: { x: 1 } }));
  const fields = { type: 'text-classification', text: 'a b', text_pair: 'b', label: 'label' };
  const lines = predictionLines(tasks['text-classification'], fields, rows, predictions);
  expect(linesOf(lines)).toEqual([
    { id: 3, text: 'first 3', text_pair: 'second 3', prediction: 'x', scores: { x: 1 } },
    { id: 7, text: 'first 7', text_pair: 'second 7', prediction: 'x', scores: { x: 1 } },
  ]);
  expect(lines.every((line) => line.endsWith('}\n') && line.indexOf('\n') === line.length - 1)).toBe(true);
});

it('what a task has decoded goes first, and lists stand in it already', () => {
  const task = { columns: () => ({ inputs: { context: 'c', tokens: 't' }, label: {} }) };
  const rows = [{ index: 0, line: 1, values: { c: 'raw' }, lists: { t: ['a'] } }];
  const decoded: Prediction & { context: string } = {
    id: 0,
    prediction: 'p',
    scores: {},
    context: 'cleaned',
  };
  expect(linesOf(predictionLines(task, { type: 'x' }, rows, [decoded]))).toEqual([decoded]);
});
