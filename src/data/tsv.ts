import { withHeader } from './delimited.ts';
import { textReader } from './textReader.ts';

/** A header line, then one row a line; fields end at tabs and quotes mean nothing, as in the files of GLUE. LF or CRLF. */
export const tsv = textReader({
  format: 'tsv',
  extension: '.tsv',
  parse: ({ file, text }) => {
    const lines = text
      .split('\n')
      .map((line, i) => ({ line: i + 1, cells: line.replace(/\r$/, '').split('\t') }));
    return withHeader(
      file,
      lines.filter(({ cells }) => cells.length > 1 || cells[0] !== ''),
    );
  },
});
