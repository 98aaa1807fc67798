import { conllFieldsMissing, noSentence } from './errors.ts';
import type { FileRecord } from './reader.ts';
import { textReader } from './textReader.ts';

/** Name of the first column, and of the last where there are several; each column is also called by its number, from 0. */
const FIRST = 'tokens';
const LAST = 'tags';

/**
 * The column format of the CoNLL shared tasks: a word a line with its annotations, a blank line after each sentence, which becomes one
 * row of lists. Fields end at tabs, in lines without one at blanks. A line of white space alone is blank; one that starts with
 * `-DOCSTART-` parts documents and is skipped.
 */
export const conll = textReader({
  format: 'conll',
  extension: '.conll',
  parse: ({ file, text }) => {
    const sentences: Sentence[] = [];
    let open: Sentence | undefined;
    let width: { readonly fields: number; readonly line: number } | undefined;
    for (const [i, raw] of text.split('\n').entries()) {
      const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
      if (line.trim() === '' || line.startsWith(DOCUMENT)) {
        open = undefined;
        continue;
      }
      const fields = fieldsOf(line);
      width ??= { fields: fields.length, line: i + 1 };
      if (fields.length !== width.fields || fields.some((field) => field === ''))
        throw conllFieldsMissing(file, i + 1, fields, width);
      if (open === undefined) sentences.push((open = { line: i + 1, words: [] }));
      open.words.push(fields);
    }
    if (width === undefined) throw noSentence(file);
    const names = namesOf(width.fields);
    return { columns: [...names.keys()], records: sentences.map((sentence) => recordOf(sentence, names)) };
  },
});

const DOCUMENT = '-DOCSTART-';

interface Sentence {
  readonly line: number;
  /** The fields of each word. */
  readonly words: (readonly string[])[];
}

function fieldsOf(line: string): string[] {
  return line.includes('\t') ? line.split('\t') : line.split(' ').filter((field) => field !== '');
}

/** The columns' numbers by their names. */
function namesOf(width: number): ReadonlyMap<string, number> {
  const numbers = Array.from({ length: width }, (_, column) => column);
  return new Map([
    [FIRST, 0],
    ...(width > 1 ? [[LAST, width - 1] as const] : []),
    ...numbers.map((column) => [String(column), column] as const),
  ]);
}

function recordOf({ line, words }: Sentence, names: ReadonlyMap<string, number>): FileRecord {
  const lists = [...names].map(([name, column]) => [name, words.map((fields) => fields[column])] as const);
  return { line, values: Object.fromEntries(lists), isLineByLine: true };
}
