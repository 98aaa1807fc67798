import { Composer, isCollection, isSeq, Parser } from 'yaml';
import type { Document, ParsedNode } from 'yaml';
import type { Json } from '../core/json.ts';
import type { Change, Move, PathStep, Range } from './problem.ts';
import { putAt, takenFrom } from './moves.ts';
import { spliced, splicesIn } from './splices.ts';
import type { Piece, Splice } from './splices.ts';
import {
  columnOf,
  endOf,
  entriesOf,
  entryAt,
  isBlock,
  isNothing,
  isWritten,
  lineEnd,
  type Entry,
} from './textEntries.ts';
import { textPositions } from './textPositions.ts';
import { blockLines, fitsLine, flowText, lineText } from './yamlText.ts';
import { tokenFaults } from './yamlTokens.ts';

export interface TextEdit {
  readonly range: Range;
  readonly newText: string;
}

/**
 * The changes of the text that put values at paths or move entries, one after the other; comments, style and all else stay as they are.
 * Ranges are of the text as it is, in its order. Pure, and never throws.
 * @returns undefined where a path leads through a value that has no entries, or the text is no YAML there
 */
export function editRecipe(text: string, edits: readonly Change[]): TextEdit[] | undefined {
  let draft = draftOf([{ text, at: 0 }]);
  for (const edit of edits) draft = draft && ('newPath' in edit ? moved(draft, edit) : changed(draft, edit));
  if (draft === undefined) return undefined;
  const positionOf = textPositions(text);
  return splicesIn(draft.pieces, text).map(({ start, end, text: newText }) => ({
    range: { start: positionOf(start), end: positionOf(end) },
    newText,
  }));
}

/** A text on the way, and what it means. */
interface Draft {
  readonly pieces: readonly Piece[];
  readonly text: string;
  readonly document: Document.Parsed;
}

function draftOf(pieces: readonly Piece[]): Draft | undefined {
  const text = pieces.map((piece) => piece.text).join('');
  const document = composed(text);
  return document && { pieces, text, document };
}

/** Undefined where the text has more faults than before. */
function withSplices({ pieces, document }: Draft, splices: readonly Splice[]): Draft | undefined {
  const next = draftOf(spliced(pieces, splices));
  return next && next.document.errors.length <= document.errors.length ? next : undefined;
}

function changed(draft: Draft, edit: Exclude<Change, Move>): Draft | undefined {
  const splices = splicesFor(draft.text, draft.document.contents, edit);
  const next = splices && withSplices(draft, splices);
  return next && holds(next.document, edit) ? next : undefined;
}

/** Stands in a new entry until what was written elsewhere does. */
const PLACEHOLDER = 0;

function moved(draft: Draft, { path, newPath }: Move): Draft | undefined {
  const taken = takenFrom(draft.text, draft.document, path);
  const placed = taken && changed(draft, { path: newPath, value: PLACEHOLDER });
  const splices = placed && putAt(placed.text, placed.document.contents, newPath, taken);
  const filled = splices && withSplices(placed, splices);
  const isRight = filled && holds(filled.document, { path: newPath, value: taken!.value });
  return isRight ? changed(filled, { path }) : undefined;
}

function composed(text: string): Document.Parsed | undefined {
  const tokens = [...new Parser().parse(text)];
  if (tokenFaults(tokens).some(({ code }) => code === 'yaml-limits')) return undefined;
  const options = { version: '1.2', uniqueKeys: false, prettyErrors: false, logLevel: 'silent' } as const;
  const [document] = new Composer({ ...options, keepSourceTokens: true }).compose(tokens, true, text.length);
  return document as Document.Parsed;
}

/** Whether the edit did what it should: YAML has more forms than those that are met in recipes. */
function holds(document: Document.Parsed, change: Exclude<Change, Move>): boolean {
  if ('newKey' in change) return true; // a new key is written as text that a key can be
  const { path, value } = change;
  let node: ParsedNode | null = document.contents;
  for (const [depth, step] of path.entries()) {
    const isRemoved = value === undefined && depth === path.length - 1;
    const entry: Entry | undefined = node === null ? undefined : entryAt(entriesOf(node), step);
    if (isRemoved && entry?.isItem) return true; // the next one has moved up
    if (entry === undefined) return value === undefined;
    node = entry.node;
  }
  try {
    return value !== undefined && JSON.stringify(node?.toJS(document) ?? null) === JSON.stringify(value);
  } catch {
    return false; // an alias that leads nowhere, or too far
  }
}

/** The splices of one edit; undefined where its path leads through a value that has no entries. */
function splicesFor(
  text: string,
  root: ParsedNode | null,
  change: Exclude<Change, Move>,
): Splice[] | undefined {
  const { path } = change;
  const value = 'newKey' in change ? undefined : change.value;
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  let [node, holder]: [ParsedNode | null, Entry | undefined] = [root, undefined];
  for (const [depth, step] of path.entries()) {
    const entries = node === null ? [] : entriesOf(node);
    const entry = entryAt(entries, step);
    if (entry !== undefined && depth === path.length - 1 && 'newKey' in change)
      return entry.isItem
        ? undefined
        : [{ start: entry.start, end: entry.keyEnd, text: flowText(change.newKey) }];
    if (entry !== undefined && depth === path.length - 1)
      return value === undefined ? removed(node!, entries, entry, holder) : replaced(entry, value);
    if (entry !== undefined) {
      [node, holder] = [entry.node, entry];
      continue;
    }
    if (value === undefined) return [];
    const nested = nest(path.slice(depth + 1), value);
    if (isCollection(node)) return added(node, entries, step, nested);
    if (!isNothing(node)) return undefined;
    const map = nest([step], nested);
    return holder === undefined ? appended(map) : replaced(holder, map);
  }
  return undefined;

  function replaced(entry: Entry, next: Json): Splice[] {
    const { node: old, mark, inFlow, isItem } = entry;
    if (isBlock(old)) {
      const [start] = old.range;
      const end = lineEnd(text, endOf(text, entry));
      const isBeside = !text.slice(mark, start).includes('\n');
      const staysList = isSeq(old) && Array.isArray(next) && next.length > 0;
      if (staysList || !fitsLine(next))
        return [{ start, end, text: block(next, columnOf(text, start)).trimStart() }];
      if (isBeside) return [{ start, end: endOf(text, entry), text: lineText(next) }];
      return [
        { start: mark, end: mark, text: ` ${lineText(next)}` },
        { start: lineEnd(text, mark), end, text: '' },
      ];
    }
    const line = inFlow ? flowText(next) : lineText(next);
    if (isWritten(old)) return [{ start: old.range[0], end: endOf(text, entry), text: line }];
    if (inFlow || isItem || fitsLine(next))
      return [{ start: mark, end: mark, text: `${entry.hasMark ? '' : ':'} ${line}` }];
    const end = lineEnd(text, mark);
    return [{ start: end, end, text: eol + block(next, columnOf(text, entry.start) + 2) }];
  }

  function added(
    parent: ParsedNode,
    entries: readonly Entry[],
    step: PathStep,
    next: Json,
  ): Splice[] | undefined {
    const isList = isSeq(parent);
    if (isList && Number(step) !== entries.length) return undefined;
    const whole: Json = isList ? [next] : nest([String(step)], next);
    const last = entries.at(-1);
    if (last === undefined) return [{ start: parent.range[0], end: parent.range[1], text: flowText(whole) }];
    if (last.inFlow) {
      const inner = isList ? flowText(next) : flowText(whole).slice(2, -2);
      return [{ start: endOf(text, last), end: endOf(text, last), text: `, ${inner}` }];
    }
    const end = lineEnd(text, endOf(text, last));
    return [{ start: end, end, text: eol + block(whole, columnOf(text, entries[0].start)) }];
  }

  function removed(
    parent: ParsedNode,
    entries: readonly Entry[],
    entry: Entry,
    around: Entry | undefined,
  ): Splice[] {
    const index = entries.indexOf(entry);
    const { start } = entry;
    if (entries.length === 1 && entry.inFlow)
      return [{ start: parent.range[0], end: parent.range[1], text: isSeq(parent) ? '[]' : '{}' }];
    if (entries.length === 1 && around !== undefined) return replaced(around, isSeq(parent) ? [] : {});
    if (entry.inFlow) return removedFromFlow(entries, index);
    const lineStart = text.lastIndexOf('\n', start - 1) + 1;
    if (text.slice(lineStart, start).trim() !== '')
      return [{ start, end: entries[index + 1]?.start ?? endOf(text, entry), text: '' }]; // its line holds the dash of an item
    const end = lineEnd(text, endOf(text, entry));
    if (text.startsWith(eol, end)) return [{ start: lineStart, end: end + eol.length, text: '' }];
    return [{ start: Math.max(0, lineStart - eol.length), end, text: '' }];
  }

  /** With the comma before it, or, of the first entry, the one after it. */
  function removedFromFlow(entries: readonly Entry[], index: number): Splice[] {
    const entry = entries[index];
    const comma = (index > 0 ? entry : entries[1]).before.find(({ type }) => type === 'comma')!.offset;
    const end = endOf(text, entry);
    const [from, to] = index > 0 ? [comma, end] : [entry.start, entries[1].start];
    const between = index > 0 ? text.slice(comma + 1, entry.start) : text.slice(comma + 1, entries[1].start);
    if (between.trim() === '') return [{ start: from, end: to, text: '' }];
    return [
      { start: comma, end: comma + 1, text: '' },
      { start: entry.start, end, text: '' },
    ];
  }

  function appended(map: Json): Splice[] {
    const lead = text === '' || text.endsWith('\n') ? '' : eol;
    return [{ start: text.length, end: text.length, text: lead + block(map, 0) + eol }];
  }

  function block(next: Json, indent: number): string {
    return blockLines(next, indent).join(eol);
  }
}

function nest(path: readonly PathStep[], value: Json): Json {
  return path.reduceRight<Json>(
    (inner, step) => (typeof step === 'number' ? [inner] : { [step]: inner }),
    value,
  );
}
