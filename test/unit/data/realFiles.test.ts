import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readDataFacts } from '../../../src/data/facts.ts';
import { checkLabels, labelsOf } from '../../../src/data/labels.ts';
import { readTable } from '../../../src/data/table.ts';
import { groupBy } from '../../../src/core/groupBy.ts';

const datasets = new URL('../../../../shared/datasets/', import.meta.url);
const present = existsSync(datasets);
if (!present) console.log('skipped: no data sets in ../shared/datasets');
const path = (name: string) => fileURLToPath(new URL(name, datasets));

describe.skipIf(!present)('the data sets beside the project', () => {
  it.each([
    ['qa_xquad/train.json', 970],
    ['qa_xquad/dev.json', 220],
  ])('%s: %i questions, each answer where it says', async (name, count) => {
    const { rows } = await readTable(path(name), {
      columns: { question: 'text', context: 'text', answers: { answersIn: 'context' } },
    });
    expect(rows).toHaveLength(count);
    expect(new Set(rows.map((row) => row.name)).size).toBe(count);
    expect(rows.at(-1)?.path).toMatch(/^data\[\d+\]\.paragraphs\[\d+\]\.qas\[\d+\]$/);
  });
  it.each([
    ['sentiment_mr/train.tsv', 9596],
    ['sentiment_mr/dev.tsv', 1066],
  ])('%s: %i sentences of two classes', async (name, count) => {
    const table = await readTable(path(name), { columns: { sentence: 'text', label: 'text' } });
    expect(table.rows.length).toBe(count);
    expect(table.rows.at(-1)?.line).toBe(count + 1);
    expect(labelsOf({ file: name, rows: table.rows, column: 'label' })).toEqual(['0', '1']);
  });
  it.each([
    ['nli_snli/train.jsonl', 1289, 16],
    ['nli_snli/dev.jsonl', 1277, 23],
  ])('%s: %i pairs, %i without a majority, which the labels refuse', async (name, count, without) => {
    const { rows } = await readTable(path(name), {
      columns: { sentence1: 'text', sentence2: 'text', gold_label: 'text' },
    });
    expect(rows.length).toBe(count);
    expect(rows.filter((row) => row.values.gold_label === '-').length).toBe(without);
    const labels = ['entailment', 'neutral', 'contradiction'];
    expect(() => checkLabels({ file: name, rows, column: 'gold_label' }, labels)).toThrow('found "-"');
  });
  it.each([
    ['ner_wnut17/train.conll', 3394, 62730],
    ['ner_wnut17/dev.conll', 1009, 15733],
  ])('%s: %i sentences of %i words, 13 tags', async (name, count, words) => {
    const { rows } = await readTable(path(name), { columns: { tokens: 'list', tags: 'list' } });
    expect(rows.length).toBe(count);
    expect(rows.reduce((sum, { lists }) => sum + lists!.tokens.length, 0)).toBe(words);
    expect(labelsOf({ file: name, rows, column: 'tags' })).toHaveLength(13);
    const lines = readFileSync(path(name), 'utf8').split('\n');
    expect(rows.every(({ line, lists }) => lines[line - 1].startsWith(`${lists!.tokens[0]}\t`))).toBe(true);
  });
  it.each([
    ['table2text_e2e/train.csv', 5400, 3159],
    ['table2text_e2e/dev.csv', 2307, 280],
  ])('%s: %i references of %i meanings', async (name, count, meanings) => {
    const { rows } = await readTable(path(name), { columns: { mr: 'text', ref: 'text' } });
    expect(rows.length).toBe(count);
    expect(rows.every((row) => row.values.mr.startsWith('name['))).toBe(true);
    expect(groupBy(rows, (row) => row.values.mr).size).toBe(meanings);
  });
  it.each([
    ['dialogue_mts/train.csv', 1201],
    ['dialogue_mts/dev.csv', 100],
  ])('%s: %i dialogues of many lines, line ends mixed', async (name, count) => {
    const { rows } = await readTable(path(name), { columns: { ID: 'text', dialogue: 'text' } });
    expect(rows.map((row) => row.values.ID)).toEqual(Array.from({ length: count }, (_, i) => String(i)));
    const lines = readFileSync(path(name), 'utf8').split('\n');
    expect(rows.every((row) => lines[row.line - 1].startsWith(`${row.values.ID},`))).toBe(true);
    expect(await readDataFacts(path(name))).toMatchObject({ rows: count });
  });
  it('lm_tinyshakespeare: lines in two files that are one text', async () => {
    const parts = ['train', 'dev'].map((part) => path(`lm_tinyshakespeare/${part}.txt`));
    const tables = await Promise.all(parts.map((file) => readTable(file, { columns: { text: 'text' } })));
    const lines = parts.map((file) => readFileSync(file, 'utf8').split('\n'));
    tables.forEach(({ columns, rows }, part) => {
      expect(columns).toEqual(['text']);
      expect(rows).toHaveLength(lines[part].filter((line) => line !== '').length);
      expect(rows.every(({ line, values }) => lines[part][line - 1] === values.text)).toBe(true);
    });
    const words = tables.map(
      ({ rows }) => rows.flatMap(({ values }) => values.text.trim().split(/\s+/)).length,
    );
    expect(words).toEqual([182487, 20164]);
  });
});
