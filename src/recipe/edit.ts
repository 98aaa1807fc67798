import { Composer, isCollection, isMap, isScalar, isSeq, Parser } from 'yaml';
import type { CST, Document, ParsedNode } from 'yaml';
import type { Json } from '../core/json.ts';
import type { Change, PathStep, Range } from './problem.ts';
import { spliced, splicesIn } from './splices.ts';
import type { Piece, Splice } from './splices.ts';
import { textPositions } from './textPositions.ts';
import { blockLines, fitsLine, flowText, lineText } from './yamlText.ts';
import { tokenFaults } from './yamlTokens.ts';

export interface TextEdit {
  readonly range: Range;
  readonly newText: string;
}

/**
 * The changes of the text that put values at paths, one after the other; comments, style and all else stay as they are.
 * Ranges are of the text as it is, in its order. Pure, and never throws.
 * @returns undefined where a path leads through a value that has no entries, or the text is no YAML there
 */
export function editRecipe(text: string, edits: readonly Change[]): TextEdit[] | undefined {
  let pieces: readonly Piece[] = [{ text, at: 0 }];
  let document = composed(text);
  for (const edit of edits) {
    const current = textOf(pieces);
    const splices = document && splicesFor(current, document.contents, edit);
    if (splices === undefined) return undefined;
    pieces = spliced(pieces, splices);
    const faults = document?.errors.length ?? 0;
    document = composed(textOf(pieces));
    if (document === undefined || document.errors.length > faults || !holds(document, edit)) return undefined;
  }
  const positionOf = textPositions(text);
  return splicesIn(pieces, text).map(({ start, end, text: newText }) => ({
    range: { start: positionOf(start), end: positionOf(end) },
    newText,
  }));
}

const textOf = (pieces: readonly Piece[]) => pieces.map((piece) => piece.text).join('');

function composed(text: string): Document.Parsed | undefined {
  const tokens = [...new Parser().parse(text)];
  if (tokenFaults(tokens).some(({ code }) => code === 'yaml-limits')) return undefined;
  const options = { version: '1.2', uniqueKeys: false, prettyErrors: false, logLevel: 'silent' } as const;
  const [document] = new Composer({ ...options, keepSourceTokens: true }).compose(tokens, true, text.length);
  return document as Document.Parsed;
}

/** Whether the edit did what it should: YAML has more forms than those that are met in recipes. */
function holds(document: Document.Parsed, change: Change): boolean {
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

/** An entry of a mapping or an item of a list, with its places in the text. */
interface Entry {
  /** The key, or the item's index. */
  readonly step: string;
  readonly node: ParsedNode | null;
  /** Where it starts: its key, its dash, or, in a flow list, its value. */
  readonly start: number;
  /** Behind its key; of an item, where it starts. */
  readonly keyEnd: number;
  /** Behind its colon or dash; where that is left out, behind the key. */
  readonly mark: number;
  readonly hasMark: boolean;
  readonly isItem: boolean;
  readonly inFlow: boolean;
  /** The tokens in front of it: the comma, comments. */
  readonly before: readonly CST.SourceToken[];
}

function entriesOf(node: ParsedNode): Entry[] {
  if (!isCollection(node)) return [];
  const inFlow = node.flow === true;
  if (isMap(node)) {
    return node.items.map(({ key, value, srcToken }): Entry => {
      const colon = srcToken?.sep?.find(({ type }) => type === 'map-value-ind');
      const [start, end] = (key as ParsedNode).range;
      const step = isScalar(key) ? String(key.value) : '';
      const mark = colon === undefined ? end : colon.offset + 1;
      const hasMark = colon !== undefined;
      const node = value as ParsedNode | null;
      const before = srcToken?.start ?? [];
      return { step, node, start, keyEnd: end, mark, hasMark, isItem: false, inFlow, before };
    });
  }
  const tokens = (node.srcToken as CST.BlockSequence | CST.FlowCollection | undefined)?.items ?? [];
  const items = tokens.filter(({ start, key, value }) =>
    inFlow ? (key ?? value) : start.some(({ type }) => type === 'seq-item-ind'),
  );
  return node.items.map((item, index): Entry => {
    const inner = item as ParsedNode;
    const before = items[index]?.start ?? [];
    const dash = before.find(({ type }) => type === 'seq-item-ind');
    const start = dash?.offset ?? inner.range[0];
    const mark = dash === undefined ? start : start + 1;
    return {
      ...{ step: String(index), node: inner, start, keyEnd: start, mark, hasMark: dash !== undefined },
      ...{ isItem: true, inFlow, before },
    };
  });
}

function entryAt(entries: readonly Entry[], step: PathStep): Entry | undefined {
  return entries.find((entry) => entry.step === String(step));
}

/** The splices of one edit; undefined where its path leads through a value that has no entries. */
function splicesFor(text: string, root: ParsedNode | null, change: Change): Splice[] | undefined {
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
      const end = lineEnd(endOf(entry));
      const isBeside = !text.slice(mark, start).includes('\n');
      const staysList = isSeq(old) && Array.isArray(next) && next.length > 0;
      if (staysList || !fitsLine(next))
        return [{ start, end, text: block(next, columnOf(start)).trimStart() }];
      if (isBeside) return [{ start, end: endOf(entry), text: lineText(next) }];
      return [
        { start: mark, end: mark, text: ` ${lineText(next)}` },
        { start: lineEnd(mark), end, text: '' },
      ];
    }
    const line = inFlow ? flowText(next) : lineText(next);
    if (isWritten(old)) return [{ start: old.range[0], end: endOf(entry), text: line }];
    if (inFlow || isItem || fitsLine(next))
      return [{ start: mark, end: mark, text: `${entry.hasMark ? '' : ':'} ${line}` }];
    const end = lineEnd(mark);
    return [{ start: end, end, text: eol + block(next, columnOf(entry.start) + 2) }];
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
      return [{ start: endOf(last), end: endOf(last), text: `, ${inner}` }];
    }
    const end = lineEnd(endOf(last));
    return [{ start: end, end, text: eol + block(whole, columnOf(entries[0].start)) }];
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
      return [{ start, end: entries[index + 1]?.start ?? endOf(entry), text: '' }]; // its line holds the dash of an item
    const end = lineEnd(endOf(entry));
    if (text.startsWith(eol, end)) return [{ start: lineStart, end: end + eol.length, text: '' }];
    return [{ start: Math.max(0, lineStart - eol.length), end, text: '' }];
  }

  /** With the comma before it, or, of the first entry, the one after it. */
  function removedFromFlow(entries: readonly Entry[], index: number): Splice[] {
    const entry = entries[index];
    const comma = (index > 0 ? entry : entries[1]).before.find(({ type }) => type === 'comma')!.offset;
    const end = endOf(entry);
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

  function columnOf(offset: number): number {
    return offset - (text.lastIndexOf('\n', offset - 1) + 1);
  }

  function lineEnd(offset: number): number {
    const end = text.indexOf('\n', offset);
    return end < 0 ? text.length : text[end - 1] === '\r' && end > offset ? end - 1 : end;
  }

  /** Where its last character stands; a block's own end would include the lines after it. */
  function endOf(entry: Entry): number {
    const { node: inner, mark } = entry;
    if (isBlock(inner)) return endOf(entriesOf(inner).at(-1)!);
    if (!isWritten(inner)) return mark;
    const [start, end] = inner.range;
    return start + text.slice(start, end).trimEnd().length;
  }
}

function nest(path: readonly PathStep[], value: Json): Json {
  return path.reduceRight<Json>(
    (inner, step) => (typeof step === 'number' ? [inner] : { [step]: inner }),
    value,
  );
}

function isBlock(node: ParsedNode | null): node is ParsedNode & { items: unknown[] } {
  return isCollection(node) && node.flow !== true && node.items.length > 0;
}

function isWritten(node: ParsedNode | null): node is ParsedNode {
  return node !== null && node.range[0] !== node.range[1];
}

function isNothing(node: ParsedNode | null): boolean {
  return node === null || (isScalar(node) && node.value === null);
}
