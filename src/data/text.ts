import type { FileRecord } from './reader.ts';
import { textReader } from './textReader.ts';

/** Plain text: each line is a row of the one column `text`, without its line end; blank lines are none. */
export const text = textReader({
  format: 'text',
  extension: '.txt',
  parse: ({ text }) => ({
    columns: ['text'],
    records: text
      .split('\n')
      .flatMap((line, i): FileRecord[] =>
        line.trim() === '' ? [] : [{ line: i + 1, values: { text: line.replace(/\r$/, '') } }],
      ),
  }),
});
