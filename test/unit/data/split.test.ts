import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Row } from '../../../src/core/row.ts';
import { splitByHash } from '../../../src/data/split.ts';

const rowsOf = (texts: readonly string[]): Row[] =>
  texts.map((text, index) => ({ index, line: index + 2, values: { text, label: String(index % 2) } }));
const rows = rowsOf(Array.from({ length: 2000 }, (_, i) => `text ${i % 1500}`));

it('puts every row on one side, equal rows on the same, about the share', () => {
  const { train, validation } = splitByHash(rows, { share: 0.1 }, 3);
  expect([...train, ...validation].map((row) => row.index).sort((a, b) => a - b)).toEqual(
    rows.map((row) => row.index),
  );
  const content = (row: Row) => JSON.stringify(row.values);
  const trained = new Set(train.map(content));
  expect(validation.some((row) => trained.has(content(row)))).toBe(false);
  expect(Math.abs(validation.length - 200)).toBeLessThan(4 * Math.sqrt(200));
});

it('is the rule that it states', () => {
  const { validation, rule } = splitByHash(rows, { share: 0.25 }, 42);
  expect(rule).toBe('validation where first48bits(sha256(join(LF, [42, label, text]))) / 2^48 < 0.25');
  const first = (row: Row) =>
    createHash('sha256').update(`42\n${row.values.label}\n${row.values.text}`).digest('hex').slice(0, 12);
  expect(validation).toEqual(rows.filter((row) => parseInt(first(row), 16) / 2 ** 48 < 0.25));
});

it('depends on seed and content only', () => {
  const indices = (split: { validation: readonly Row[] }) => split.validation.map((row) => row.index);
  const reference = indices(splitByHash(rows, { share: 0.1 }, 0));
  expect(indices(splitByHash(rows, { share: 0.1 }, 1))).not.toEqual(reference);
  const fewer = rows.slice(0, 1000);
  expect(indices(splitByHash(fewer, { share: 0.1 }, 0))).toEqual(reference.filter((index) => index < 1000));
  const turned = rows.map((row) => ({ ...row, values: { label: row.values.label, text: row.values.text } }));
  expect(indices(splitByHash(turned, { share: 0.1 }, 0))).toEqual(reference);
});

it('refuses a side without rows', () => {
  const two = rowsOf(['a', 'b']);
  expect(() => splitByHash(two, { share: 1e-9 }, 0)).toThrow(
    'found 1e-9 of 2 rows, which leaves none for validation',
  );
  expect(() => splitByHash(two, { share: 1 }, 0)).toThrow('leaves none for training');
});

it('keeps together what is equal in the columns it is told, and says so', () => {
  const by = ['text'];
  const told = rows.map((row) => ({ ...row, values: { ...row.values, label: String(row.index) } }));
  const { train, validation, rule } = splitByHash(told, { share: 0.3, by }, 1);
  const trained = new Set(train.map((row) => row.values.text));
  expect(validation.filter((row) => trained.has(row.values.text))).toEqual([]);
  expect(rule).toContain('[1, text]');
  // Without them the third quarter's rows differ from the first's, and fall apart.
  const apart = splitByHash(told, { share: 0.3 }, 1);
  const ofTrain = new Set(apart.train.map((row) => row.values.text));
  expect(apart.validation.some((row) => ofTrain.has(row.values.text))).toBe(true);
});
