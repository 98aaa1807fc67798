import { unquoted, type OutlineEntry, type Word } from './outlineEntry.ts';
import type { Range } from './problem.ts';

/** The word in or beside which the caret stands. */
export interface OutlinePoint {
  readonly entry: OutlineEntry;
  readonly word: Word;
  readonly isKey: boolean;
  /** Only space stands between the caret and the rest of the word. */
  readonly isAhead: boolean;
}

/** Stands in the text where the caret is, so that also an empty place has a word; no YAML may hold it. */
const MARK = '\0';
/** More is no recipe. */
const MAX_DEPTH = 32;
/** From quote to quote, or to the end of the line; with the mark behind it. */
const QUOTED = /(?:"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?)\0?/y;

/**
 * The entries of a text by indentation, dashes and brackets, however broken it is. A bracket that nobody closes ends where a line is not
 * indented deeper than what holds the bracket. Pure, and never throws.
 */
export function outline(
  text: string,
  caret: Range['start'],
): { readonly root: OutlineEntry; readonly point?: OutlinePoint } {
  const lines = text.replaceAll(MARK, ' ').split(/\r\n|\r|\n/);
  const marked = lines[caret.line];
  if (marked !== undefined)
    lines[caret.line] = marked.slice(0, caret.character) + MARK + marked.slice(caret.character);
  const root: OutlineEntry = {
    step: '',
    isItem: false,
    inFlow: false,
    column: -1,
    hasColon: true,
    entries: [],
  };
  let point: OutlinePoint | undefined;
  let open = root;
  let [row, column] = [0, 0];
  for (; row < lines.length; row++) readLine();
  return { root, point };

  function readLine(): void {
    column = 0;
    if (!skipSpace() || /^(---|\.\.\.)/.test(lines[row])) return;
    for (let depth = 0; lines[row][column] === '-' && isBoundary(lines[row][column + 1]); depth++) {
      while (open.column > column || (open.column === column && open.isItem)) open = open.parent!;
      open = added(open, { step: open.entries.length, isItem: true, inFlow: false, column, hasColon: true });
      column++;
      if (!skipSpace() || depth > MAX_DEPTH) return;
    }
    while (open.column >= column) open = open.parent!;
    if (/[[{]/.test(lines[row][column])) return readFlow(open, open.column, 0);
    const [from, word] = [column, readWord(false)];
    const hasColon = skipColon();
    if (!hasColon && open.isItem && open.entries.length === 0) return setValue(open, word);
    open = addedKey(open, word, { inFlow: false, column: from, hasColon });
    if (!hasColon || !skipSpace()) return;
    if (/[[{]/.test(lines[row][column])) return readFlow(open, open.column, 0);
    setValue(open, readWord(false, true));
    if (/^[|>]/.test(open.value!.text)) while (isInside(lines[row + 1], open.column)) row++;
  }

  /** From the bracket at the cursor to behind the one that closes it. @param base column that its lines must be behind */
  function readFlow(owner: OutlineEntry, base: number, depth: number): void {
    const isList = lines[row][column] === '[';
    column++;
    while (skipSpaceAndLines(base)) {
      const sign = lines[row][column];
      if (sign === ',' || /[\]}]/.test(sign)) column++;
      if (/[\]}]/.test(sign)) return;
      if (sign === ',') continue;
      if (isList) {
        const place = { step: owner.entries.length, isItem: true, inFlow: true, column, hasColon: true };
        readFlowValue(added(owner, place), base, depth);
        continue;
      }
      const [from, word] = [column, readWord(true)];
      const isNext = skipSpaceAndLines(base);
      const hasColon = isNext && skipColon();
      const entry = addedKey(owner, word, { inFlow: true, column: from, hasColon });
      if (hasColon && skipSpaceAndLines(base) && !/[,\]}]/.test(lines[row][column]))
        readFlowValue(entry, base, depth);
    }
  }

  function readFlowValue(entry: OutlineEntry, base: number, depth: number): void {
    if (/[[{]/.test(lines[row][column]) && depth < MAX_DEPTH) readFlow(entry, base, depth + 1);
    else setValue(entry, readWord(true));
  }

  /** Reads at least one sign. @param isLast whether nothing but a comment can follow on the line */
  function readWord(inFlow: boolean, isLast = false): Word {
    const line = lines[row];
    const start = column;
    QUOTED.lastIndex = start;
    const quoted = QUOTED.exec(line)?.[0];
    if (quoted !== undefined) column += quoted.length;
    else for (column++; column < line.length && !isEnd(line, column); column++);
    return { line: row, start, text: line.slice(start, column).trimEnd() };

    function isEnd(line: string, at: number): boolean {
      const sign = line[at];
      if (sign === '#') return isSpace(line[at - 1]);
      if (inFlow && /[,[\]{}]/.test(sign)) return true;
      return sign === ':' && !isLast && (isBoundary(line[at + 1]) || (inFlow && /[,\]}]/.test(line[at + 1])));
    }
  }

  function added(parent: OutlineEntry, place: Omit<OutlineEntry, 'parent' | 'entries'>): OutlineEntry {
    const entry = { ...place, parent, entries: [] };
    parent.entries.push(entry);
    return entry;
  }

  function addedKey(
    parent: OutlineEntry,
    word: Word,
    place: Pick<OutlineEntry, 'inFlow' | 'column' | 'hasColon'>,
  ): OutlineEntry {
    const key = unmarked(word);
    const entry = added(parent, { step: unquoted(key.text), isItem: false, key, ...place });
    if (word.text.includes(MARK)) point = pointAt(entry, word, true);
    return entry;
  }

  function setValue(entry: OutlineEntry, word: Word): void {
    entry.value = unmarked(word);
    if (word.text.includes(MARK)) point = pointAt(entry, word, false);
  }

  function skipColon(): boolean {
    const [colon] = /^[ \t]*:/.exec(lines[row].slice(column)) ?? [''];
    column += colon.length;
    return colon !== '';
  }

  /** To what stands next on the line; false where nothing or a comment does. */
  function skipSpace(): boolean {
    while (/[ \t]/.test(lines[row][column] ?? '')) column++;
    return column < lines[row].length && lines[row][column] !== '#';
  }

  function skipSpaceAndLines(base: number): boolean {
    while (!skipSpace()) {
      if (row + 1 >= lines.length) return false;
      const next = lines[row + 1];
      if (!isInside(next, base) && !/^\s*[\]}]/.test(next)) return false;
      [row, column] = [row + 1, 0];
    }
    return true;
  }
}

function pointAt(entry: OutlineEntry, word: Word, isKey: boolean): OutlinePoint {
  return { entry, word: unmarked(word), isKey, isAhead: /^\0\s+\S/.test(word.text) };
}

/** Without the caret's mark; what stands in front of that stays, be it a space. */
function unmarked(word: Word): Word {
  return { ...word, text: word.text.replace(MARK, '') };
}

/** Whether a line belongs to what stands at a column: empty, or indented deeper. */
function isInside(line: string | undefined, column: number): boolean {
  return line !== undefined && (/^\s*$/.test(line) || line.search(/\S/) > column);
}

function isBoundary(sign: string | undefined): boolean {
  return sign === undefined || isSpace(sign);
}

/** The mark stands where nothing is written. */
function isSpace(sign: string): boolean {
  return /[\s\0]/.test(sign);
}
