import { codePointLength, codePointSlice } from '../core/codePoints.ts';
import { UserError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import { nearest } from '../core/nearest.ts';
import { at, type Answer, type Dropped, type FilePlace } from '../core/row.ts';

/** A file's own text in quotes; data may hold whole documents where a name is expected. */
function quote(text: string): string {
  return JSON.stringify(isLong(text) ? `${text.slice(0, 60)}...` : text);
}

function isLong(text: string): boolean {
  return text.length > 60;
}

function quoteAll(names: readonly string[]): string {
  const shown = names.slice(0, 20).map(quote).join(', ');
  return names.length <= 20 ? shown : `${shown} and ${names.length - 20} more`;
}

function described(value: Json): string {
  if (typeof value === 'string') return quote(value);
  if (value === null || typeof value !== 'object') return String(value);
  return Array.isArray(value) ? 'an array' : 'an object';
}

function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  const meant = isLong(word) ? undefined : nearest(word, candidates);
  return meant === undefined ? undefined : `Did you mean ${quote(meant)}?`;
}

export function fileMissing(file: string): UserError {
  return new UserError(`${file}: expected a data file, found nothing there`);
}

export function folderNotFile(file: string): UserError {
  return new UserError(`${file}: expected a data file, found a folder`);
}

export function notRegularFile(file: string): UserError {
  return new UserError(`${file}: expected a regular file, found a device, pipe or socket`);
}

export function fileUnreadable(file: string, reason: string): UserError {
  return new UserError(`${file}: cannot be read (${reason})`);
}

function mebibytes(size: number): string {
  return `${Math.ceil(size / 2 ** 20)} MiB`;
}

const HELD_IN_MEMORY = 'Data files are held in memory: train on a sample of the rows.';

export function fileTooLarge(file: string, bytes: number, limit: number): UserError {
  return new UserError(
    `${file}: expected a data file of at most ${mebibytes(limit)}, found ${mebibytes(bytes)}`,
    HELD_IN_MEMORY,
  );
}

export function unpackedTooLarge(file: string, bytes: number, limit: number): UserError {
  return new UserError(
    `${file}: expected at most ${mebibytes(limit)} of data once unpacked, found ${mebibytes(bytes)}`,
    HELD_IN_MEMORY,
  );
}

export function fileEmpty(file: string): UserError {
  return new UserError(`${file}: expected rows of data, found an empty file`);
}

export function notUtf8(file: string, line: number, offset: number): UserError {
  return new UserError(
    `${at(file, line)}: expected UTF-8, found an invalid byte at offset ${offset}`,
    'Save the file as UTF-8.',
  );
}

export function formatUnknown(
  file: string,
  extension: string,
  known: readonly { readonly format: string; readonly extension: string }[],
): UserError {
  const found = extension === '' ? 'a name without an extension' : quote(extension);
  return new UserError(
    `${file}: expected a data file ending in ${known.map((reader) => reader.extension).join(', ')}, found ${found}`,
    `Say what it holds with \`format:\` (${known.map((reader) => reader.format).join(', ')}).`,
  );
}

export function formatNameUnknown(file: string, format: string, known: readonly string[]): UserError {
  return new UserError(
    `${file}: expected \`format\` to be one of ${known.join(', ')}, found ${quote(format)}`,
    didYouMean(format, known),
  );
}

export function noRows(file: string): UserError {
  return new UserError(`${file}: expected rows of data, found no rows after the header`);
}

export function noRecords(file: string): UserError {
  return new UserError(`${file}: expected rows of data, found none`);
}

/** @param place the file, or the place in it that names the columns */
export function columnTwice(place: string, column: string): UserError {
  return new UserError(`${place}: expected column names that differ, found ${quote(column)} twice`);
}

export function columnMissing(file: string, column: string, present: readonly string[]): UserError {
  return new UserError(
    `${file}: expected a column ${quote(column)}, found ${quoteAll(present)}`,
    didYouMean(column, present),
  );
}

export function columnUntold(file: string, column: string, type: string): UserError {
  return new UserError(
    `${file}: expected texts, numbers or booleans, or lists of them, in column ${quote(column)}, found the type ${type}`,
    'Write the column as text.',
  );
}

export function notParquet(file: string, begins: boolean, bytes: Uint8Array): UserError {
  const start = Buffer.from(bytes.subarray(0, GIT_LFS.length)).toString('latin1');
  if (start === GIT_LFS)
    return new UserError(
      `${file}: expected a Parquet file, found a pointer of Git LFS to one`,
      'Fetch the file itself with `git lfs pull`.',
    );
  const found = begins ? 'one that is cut off' : 'another file';
  return new UserError(
    `${file}: expected a Parquet file, which begins and ends with \`PAR1\`, found ${found}`,
  );
}

/** How the files begin that stand in for large ones, <https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md>. */
const GIT_LFS = 'version https://git-lfs.github.com/spec/v1';

export function parquetBroken(file: string, detail: string): UserError {
  return new UserError(`${file}: expected a Parquet file, found one that cannot be read (${detail})`);
}

export function codecUnknown(
  file: string,
  column: string,
  codec: string | undefined,
  known: readonly string[],
): UserError {
  return new UserError(
    `${file}: expected column ${quote(column)} packed with one of ${known.join(', ')}, or not at all, found ${codec ?? 'an unknown codec'}`,
  );
}

export function rowRagged(file: string, line: number, found: number, expected: number): UserError {
  return new UserError(`${at(file, line)}: expected ${expected} fields as in the header, found ${found}`);
}

export function conllFieldsMissing(
  file: string,
  line: number,
  fields: readonly string[],
  first: { readonly fields: number; readonly line: number },
): UserError {
  const empty = fields.indexOf('');
  const found = fields.length === first.fields ? `nothing in field ${empty + 1}` : `${fields.length}`;
  return new UserError(
    `${at(file, line)}: expected ${first.fields} fields for a word, as on line ${first.line}, found ${found}`,
    'A line has a word and its annotations, with tabs (or blanks throughout) between them; a blank line ends a sentence.',
  );
}

export function noSentence(file: string): UserError {
  return new UserError(`${file}: expected sentences, a word a line, found none`);
}

export function quotesBroken(file: string, line: number, detail: string): UserError {
  return new UserError(
    `${at(file, line)}: expected CSV quoted as in RFC 4180, found ${detail} in the record that starts here`,
    'Put the whole field in double quotes and double each quote inside it.',
  );
}

export function notJson(file: string, line: number, detail: string): UserError {
  return new UserError(`${at(file, line)}: expected one JSON object on the line, found no JSON (${detail})`);
}

export function notJsonObject(file: string, line: number, found: Json): UserError {
  return new UserError(`${at(file, line)}: expected one JSON object on the line, found ${described(found)}`);
}

export function valueMissing(file: string, place: FilePlace, column: string): UserError {
  return new UserError(`${at(file, place)}: expected a value for ${quote(column)}, found none`);
}

export function valueNotText(file: string, place: FilePlace, column: string, found: Json): UserError {
  return new UserError(
    `${at(file, place)}: expected text, a number or a boolean for ${quote(column)}, found ${described(found)}`,
  );
}

export function valueNotList(file: string, place: FilePlace, column: string, found: Json): UserError {
  return new UserError(
    `${at(file, place)}: expected a list of texts for ${quote(column)}, found ${described(found)}`,
  );
}

export function itemNotText(
  file: string,
  place: FilePlace,
  column: string,
  item: number,
  found: Json,
): UserError {
  return new UserError(
    `${at(file, place)}: expected texts in the list ${quote(column)}, found ${described(found)} as item ${item + 1}`,
  );
}

export function listEmpty(file: string, place: FilePlace, column: string): UserError {
  return new UserError(
    `${at(file, place)}: expected at least one item in the list ${quote(column)}, found none`,
  );
}

export function listsDiffer(
  file: string,
  place: FilePlace,
  [first, firstLength]: readonly [string, number],
  [other, otherLength]: readonly [string, number],
): UserError {
  return new UserError(
    `${at(file, place)}: expected one item of ${quote(other)} for each of the ${firstLength} of ${quote(first)}, found ${otherLength}`,
  );
}

/** Where the answers of a question stand. */
export interface AnswerPlace {
  readonly file: string;
  readonly place: FilePlace;
  readonly column: string;
  /** What the file calls the question. */
  readonly name?: string;
}

function atAnswers({ file, place, name }: AnswerPlace): string {
  return `${at(file, place)}${name === undefined ? '' : ` (${quote(name)})`}`;
}

export function valueNotAnswers(place: AnswerPlace, found: Json): UserError {
  return new UserError(
    `${atAnswers(place)}: expected answers for ${quote(place.column)}, found ${described(found)} that holds none`,
    'Answers are a list of { "text", "answer_start" }, or { "text": [..], "answer_start": [..] } with lists as long as each other.',
  );
}

export function answersMissing(place: AnswerPlace): UserError {
  return new UserError(
    `${atAnswers(place)}: expected at least one answer in ${quote(place.column)}, found none`,
    'Questions without an answer, as in SQuAD 2, cannot be learnt or measured: remove them.',
  );
}

export function answerEmpty(place: AnswerPlace): UserError {
  return new UserError(`${atAnswers(place)}: expected the text of an answer, found an empty one`);
}

export function answerElsewhere(place: AnswerPlace, { text, start }: Answer, context: string): UserError {
  const length = codePointLength(context);
  const found =
    start >= length
      ? `that only ${length} characters are there`
      : quote(codePointSlice(context, start, start + codePointLength(text)));
  return new UserError(
    `${atAnswers(place)}: expected the answer ${quote(text)} at character ${start} of its context, found ${found}`,
    elsewhere(text, start, context),
  );
}

function elsewhere(text: string, start: number, context: string): string {
  const at = context.indexOf(text);
  if (at < 0) return 'The context does not have this text.';
  if (context.startsWith(text, start))
    return 'Characters are counted as Python does: one that takes two units of UTF-16 is one.';
  return `It stands at ${codePointLength(context.slice(0, at))}.`;
}

export function notJsonFile(file: string, detail: string): UserError {
  return new UserError(
    `${file}: expected one JSON object as in SQuAD, found no JSON (${detail})`,
    'A file with a JSON object on each line is `.jsonl`.',
  );
}

export function notSquad(file: string, path: string, expected: string, found: Json | undefined): UserError {
  const what = found === undefined ? 'nothing' : described(found);
  return new UserError(
    `${file}: expected ${path === '' ? '' : `${path} to be `}${expected} as in SQuAD, found ${what}`,
    'SQuAD\'s files are { "data": [{ "paragraphs": [{ "context", "qas": [{ "id", "question", "answers" }] }] }] }.',
  );
}

export function noQuestions(file: string): UserError {
  return new UserError(`${file}: expected questions as in SQuAD, found none`);
}

export function everyRowDropped(file: string, { column, labels }: Dropped): UserError {
  return new UserError(
    `${file}: expected rows beside those that are dropped, found only ${quoteAll(labels)} in column ${quote(column)}`,
  );
}

export function splitOneSided(rows: number, share: number, side: string): UserError {
  return new UserError(
    `validation: expected a share of train that leaves rows on both sides, found ${share} of ${rows} rows, which leaves none for ${side}`,
    'Choose another share, or name a validation file.',
  );
}

export function labelEmpty(file: string, place: FilePlace, column: string): UserError {
  return new UserError(
    `${at(file, place)}: expected a label in column ${quote(column)}, found an empty field`,
  );
}

export function labelMalformed(file: string, place: FilePlace, label: string, expected: string): UserError {
  return new UserError(`${at(file, place)}: expected ${expected} as a label, found ${quote(label)}`);
}

export function oneClass(file: string, column: string, label: string): UserError {
  return new UserError(
    `${file}: expected at least two different labels in column ${quote(column)}, found only ${quote(label)}`,
  );
}

export function labelUnknown(
  file: string,
  place: FilePlace,
  label: string,
  labels: readonly string[],
): UserError {
  return new UserError(
    `${at(file, place)}: expected one of the labels ${quoteAll(labels)}, found ${quote(label)}`,
    didYouMean(label, labels) ?? 'Remove these rows, or add the label to `labels` and to the training data.',
  );
}
