import { CsvError, parse } from 'csv-parse/sync';
import { withHeader, type Fields } from './delimited.ts';
import { quotesBroken } from './errors.ts';
import { textReader } from './textReader.ts';

const LF = 0x0a;
const CR = 0x0d;

/** Comma-separated values with a header (RFC 4180): quoted fields may hold commas, doubled quotes and line ends. LF or CRLF, also mixed. */
export const csv = textReader({
  format: 'csv',
  extension: '.csv',
  parse: ({ file, text }) => {
    const bytes = Buffer.from(text);
    const found: Fields[] = [];
    // csv-parse miscounts lines inside quoted fields, so they are counted here, from where each record ended.
    const lineAfter = lineCounter(bytes);
    let line = lineAfter(0);
    try {
      parse(bytes, {
        record_delimiter: ['\r\n', '\n'],
        skip_empty_lines: true,
        relax_column_count: true, // raggedness is reported by withHeader
        on_record: (cells: string[], { bytes: end }) => {
          found.push({ line, cells });
          line = lineAfter(end);
          return null;
        },
      });
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
      throw quotesBroken(file, line, WHAT[error.code] ?? error.message);
    }
    return withHeader(file, found);
  },
});

const WHAT: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote that is never closed',
  CSV_INVALID_CLOSING_QUOTE: 'text after a closing quote',
  INVALID_OPENING_QUOTE: 'a quote inside an unquoted field',
};

/** Gives the 1-based line on which the next record starts once records up to the offset `end` were read; `end` must not fall. */
function lineCounter(bytes: Buffer): (end: number) => number {
  let [line, offset] = [1, 0];
  const blank = () => bytes[offset] === LF || (bytes[offset] === CR && bytes[offset + 1] === LF);
  return (end) => {
    while (offset < end || blank()) if (bytes[offset++] === LF) line++;
    return line;
  };
}
