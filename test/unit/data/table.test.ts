import { createHash } from 'node:crypto';
import { mkdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkLabels } from '../../../src/data/labels.ts';
import { parquet } from '../../../src/data/parquet.ts';
import { readers } from '../../../src/data/readers.ts';
import { MAX_FILE_BYTES } from '../../../src/data/source.ts';
import { readTable } from '../../../src/data/table.ts';
import { testFolder } from './folder.ts';

const folder = testFolder();
const columns = ['text', 'label'];
const texts = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, 'text' as const]));

async function read(name: string, content: string | Uint8Array, wanted = columns) {
  const { rows } = await readTable(folder.write(name, content), { columns: texts(wanted) });
  return rows.map(({ line, values }) => [line, ...wanted.map((column) => values[column])]);
}

function fault(
  file: string,
  { format, columns: wanted = columns }: { format?: string; columns?: string[] } = {},
): Promise<string> {
  return folder.fault(readTable(file, { format, columns: texts(wanted) }));
}

describe('TSV', () => {
  it('splits on tabs alone, takes CRLF and a byte order mark, skips blank lines', async () => {
    expect(await read('a.tsv', '\uFEFFtext\tid\tlabel\r\nsay "hi", x\t1\tyes\r\n\r\n"a\t2\t\r\n')).toEqual([
      [2, 'say "hi", x', 'yes'],
      [4, '"a', ''],
    ]);
  });
  it('names the line of a ragged row', async () => {
    const file = folder.write('ragged.tsv', 'text\tlabel\na\tyes\n\nb\n');
    expect(await fault(file)).toBe('ragged.tsv:4: expected 2 fields as in the header, found 1');
  });
});

describe('CSV', () => {
  it('reads quoted commas, quotes and lines of mixed ends, and says where each record starts', async () => {
    const text = 'text,label\r\n"a\r\nb\nc",yes\n\r\n\n"say ""hi"", é",no\r\n"",x\nlast,y';
    expect(await read('a.csv', text)).toEqual([
      [2, 'a\r\nb\nc', 'yes'],
      [7, 'say "hi", é', 'no'],
      [8, '', 'x'],
      [9, 'last', 'y'],
    ]);
  });
  it.each([
    ['"x\ny",1\n\n"never closed,2\nb,3\n', 'a quote that is never closed', 5],
    ['"x\ny",1\nsay "hi",2\n', 'a quote inside an unquoted field', 4],
    ['"x\ny",1\n"a"b,2\n', 'text after a closing quote', 4],
  ])('names the line on which the record with broken quotes starts: %j', async (rows, found, line) => {
    const message = await fault(folder.write('broken.csv', `text,label\n${rows}`));
    expect(message).toContain(`broken.csv:${line}: `);
    expect(message).toContain(found);
  });
  it('names the line of a ragged row', async () => {
    const file = folder.write('ragged.csv', 'text,label\n"a\nb",yes\nc,no,3\n');
    expect(await fault(file)).toBe('ragged.csv:4: expected 2 fields as in the header, found 3');
  });
  it('counts lines through fields of many, for what is wrong in a record that reads well', async () => {
    // As conversations are stored: CRLF throughout or mixed, also inside of fields, which hold empty lines.
    const dialogue = '"Doctor: Any ""chest pain""?\r\n\r\nPatient: No, none.\nDoctor: Good."';
    const file = folder.write(
      'dialogue.csv',
      `text,label\r\n${dialogue},GENHX\r\n${dialogue},\n\r\n"",ROS\r\n${dialogue},"GEN\nHX"\r\n`,
    );
    const { rows } = await readTable(file, { columns: texts(columns) });
    expect(rows.map(({ line }) => line)).toEqual([2, 6, 11, 12]);
    const found = { file: 'dialogue.csv', rows, column: 'label' };
    expect(() => checkLabels(found, ['GENHX', 'ROS'])).toThrow('dialogue.csv:6: expected a label');
    const labelled = { ...found, rows: rows.filter(({ values }) => values.label !== '') };
    expect(() => checkLabels(labelled, ['GENHX', 'ROS'])).toThrow(
      'dialogue.csv:12: expected one of the labels "GENHX", "ROS", found "GEN\\nHX"',
    );
    expect(() => checkLabels(labelled, ['GENHX', 'GEN\nHX'])).toThrow('dialogue.csv:11: ');
  });
  it('gives back any table that was written by the rules of RFC 4180', async () => {
    const pieces = ['a', 'é', '"', ',', '\n', '\r\n', ' ', '😀', '\t', ''];
    const cell = (seed: number) =>
      Array.from(
        { length: 5 },
        (_, i) => pieces[(seed * 7 + i * i * 3 + ((seed >> i) & 7)) % pieces.length],
      ).join('');
    const table = Array.from({ length: 200 }, (_, i) => [`${i}${cell(i)}`, cell(i + 1000)]);
    const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
    let written = 'text,label\n';
    const lines = table.map((row, i) => {
      const line = written.split('\n').length;
      written += row.map(quote).join(',') + (i % 2 === 0 ? '\n' : '\r\n');
      return line;
    });
    expect(await read('generated.csv', written)).toEqual(table.map((row, i) => [lines[i], ...row]));
  });
});

describe('plain text', () => {
  it('is a row for each line that is not blank, its blanks kept', async () => {
    const text = '\uFEFFFirst Citizen:\r\n  Speak, "speak".\t\r\n\r\n \t\na,b\u2028c\nlast';
    expect(await read('a.txt', text, ['text'])).toEqual([
      [1, 'First Citizen:'],
      [2, '  Speak, "speak".\t'],
      [5, 'a,b\u2028c'],
      [6, 'last'],
    ]);
  });
  it('has the column `text` alone, whatever the first line says', async () => {
    const file = folder.write('header.txt', 'label\na\n');
    expect(await fault(file, { columns: ['label'] })).toContain('expected a column "label", found "text"');
    expect((await readTable(file, { columns: { text: 'text' } })).rows).toHaveLength(2);
  });
  it('names the line that is not UTF-8', async () => {
    const file = folder.write('latin.txt', Buffer.from('a\n\ncaf\xe9\n', 'latin1'));
    expect(await fault(file)).toContain('latin.txt:3: expected UTF-8, found an invalid byte at offset 6');
  });
});

describe('JSONL', () => {
  it('turns numbers and booleans into text and skips blank lines', async () => {
    expect(
      await read('a.jsonl', '{"text":"a\\nb","label":1}\r\n\n{"label":true,"text":"c","more":[1]}'),
    ).toEqual([
      [1, 'a\nb', '1'],
      [3, 'c', 'true'],
    ]);
  });
  it('reads pairs beside lists, and labels name the line of one without a majority', async () => {
    // As SNLI has them: "-" where the annotators disagree.
    const pair = (gold: string) =>
      JSON.stringify({ annotator_labels: [gold, ''], gold_label: gold, text: 'A "man".', label: 'He.' });
    const file = folder.write('pairs.jsonl', ['neutral', '-', 'entailment'].map(pair).join('\r\n'));
    const { rows } = await readTable(file, { columns: texts([...columns, 'gold_label']) });
    expect(rows.map(({ values }) => values.gold_label)).toEqual(['neutral', '-', 'entailment']);
    const labels = ['entailment', 'neutral', 'contradiction'];
    expect(() => checkLabels({ file: 'pairs.jsonl', rows, column: 'gold_label' }, labels)).toThrow(
      'pairs.jsonl:2: expected one of the labels "entailment", "neutral", "contradiction", found "-"',
    );
  });
  it('leaves rows out, and the others keep their place', async () => {
    const file = folder.write(
      'gold.jsonl',
      ['-', 'yes', '-', 'no'].map((label) => `{"text":"a","label":"${label}"}`).join('\n'),
    );
    const drop = { column: 'label', labels: ['-'] };
    const { rows, dropped } = await readTable(file, { columns: texts(columns), drop });
    expect(rows.map(({ index, values }) => [index, values.label])).toEqual([
      [1, 'yes'],
      [3, 'no'],
    ]);
    expect(dropped).toBe(2);
    const all = { column: 'label', labels: ['-', 'yes', 'no'] };
    expect(await folder.fault(readTable(file, { columns: texts(columns), drop: all }))).toContain(
      'gold.jsonl: expected rows beside those that are dropped, found only "-", "yes", "no" in column "label"',
    );
  });
  it.each([
    ['{"text":"b"}', 'expected a value for "label", found none'],
    ['{"text":"b","label":null}', 'found null'],
    ['{"text":"b","label":[1]}', 'found an array'],
    ['{"text":{},"label":1}', 'found an object'],
    ['{"text":"b"', 'found no JSON ('],
    ['["b"]', 'expected one JSON object on the line, found an array'],
    ['7', 'found 7'],
  ])('names the line of %s', async (line, message) => {
    const found = await fault(folder.write('bad.jsonl', `{"text":"a","label":1}\n${line}\n`));
    expect(found).toContain('bad.jsonl:2: ');
    expect(found).toContain(message);
  });
  it('takes hostile column names as names', async () => {
    expect(
      await read('proto.jsonl', '{"__proto__":"a","toString":"b"}\n', ['__proto__', 'toString']),
    ).toEqual([[1, 'a', 'b']]);
    const file = folder.write('own.jsonl', '{"toString":"a"}\n{"b":"c"}\n');
    expect(await fault(file, { columns: ['toString'] })).toContain(
      'own.jsonl:2: expected a value for "toString"',
    );
  });
});

describe('every format', () => {
  it('gives columns, 0-based indices and the hash of the bytes', async () => {
    const text = 'id\ttext\tlabel\n1\ta\tx\n2\tb\ty\n';
    const table = await readTable(folder.write('t.txt', text), { format: 'tsv', columns: { label: 'text' } });
    expect(table.columns).toEqual(['id', 'text', 'label']);
    expect(table.rows).toEqual([
      { index: 0, line: 2, name: '1', values: { label: 'x' } },
      { index: 1, line: 3, name: '2', values: { label: 'y' } },
    ]);
    expect(table.hash).toBe(createHash('sha256').update(text).digest('hex'));
  });
  it.each(readers.map((reader) => reader.extension))('%s: refuses an empty file', async (extension) => {
    expect(await fault(folder.write(`empty${extension}`, ''))).toContain('found an empty file');
  });
  it.each(readers.filter((reader) => reader !== parquet).map((reader) => reader.extension))(
    '%s: refuses a file of blank lines',
    async (extension) => {
      expect(await fault(folder.write(`blank${extension}`, '\uFEFF\n\r\n'))).toContain('found an empty file');
    },
  );
  it.each(['tsv', 'csv'])('%s: refuses a header alone, and doubled names', async (format) => {
    const separator = format === 'csv' ? ',' : '\t';
    expect(await fault(folder.write(`header.${format}`, ['text', 'label\n'].join(separator)))).toContain(
      'no rows',
    );
    const twice = folder.write(`twice.${format}`, `\n${['a', 'b', 'a'].join(separator)}\n1\n`);
    expect(await fault(twice)).toBe(`twice.${format}:2: expected column names that differ, found "a" twice`);
  });
  it('names the missing column, those there are, and the nearest', async () => {
    const file = folder.write('columns.tsv', 'sentence\tlabels\na\tb\n');
    expect(await fault(file, { columns: ['sentence', 'label'] })).toBe(
      'columns.tsv: expected a column "label", found "sentence", "labels"\n  Did you mean "labels"?',
    );
  });
  it.each([
    ['a lone continuation byte', [0x61, 0x80], 3, 13],
    ['an overlong form', [0xc0, 0xaf], 3, 12],
    ['a surrogate', [0x0a, 0x0a, 0xed, 0xa0, 0x80], 5, 14],
    ['a cut sequence at the end', [0xc3, 0xa9, 0xf0, 0x9f, 0x98], 3, 14],
  ])('gives line and offset of what is not UTF-8: %s', async (_, bytes, line, offset) => {
    const file = folder.write(
      'latin.tsv',
      Buffer.concat([Buffer.from('text\té\n\tü\n'), Buffer.from(bytes)]),
    );
    expect(await fault(file)).toContain(
      `latin.tsv:${line}: expected UTF-8, found an invalid byte at offset ${offset}`,
    );
  });
  it('tells folder, missing file and unknown formats apart', async () => {
    mkdirSync(join(folder.path, 'folder.tsv'));
    expect(await fault(join(folder.path, 'folder.tsv'))).toBe(
      'folder.tsv: expected a data file, found a folder',
    );
    expect(await fault(join(folder.path, 'none.tsv'))).toBe(
      'none.tsv: expected a data file, found nothing there',
    );
    expect(await fault(folder.write('a.xlsx', 'x'))).toContain(
      'found ".xlsx"\n  Say what it holds with `format:` (tsv, csv, jsonl, json, conll, parquet, text)',
    );
    expect(await fault(folder.write('plain', 'x'))).toContain('a name without an extension');
    expect(await fault(folder.write('a.tsv', 'x'), { format: 'jsnl' })).toContain(
      'found "jsnl"\n  Did you mean "jsonl"?',
    );
  });
  it('refuses a file above the limit unread', async () => {
    const file = folder.write('large.tsv', '');
    truncateSync(file, MAX_FILE_BYTES + 1); // sparse
    expect(await fault(file)).toContain('expected a data file of at most 256 MiB, found 257 MiB');
  });
});
