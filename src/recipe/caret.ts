import { outline } from './outline.ts';
import { unquoted, type OutlineEntry, type Word } from './outlineEntry.ts';
import type { PathStep, Range } from './problem.ts';
import type { YamlMap, YamlNode, YamlScalar } from './yamlNode.ts';

/** What is written, or pointed at, at a position of a recipe's text. */
export interface Caret {
  /** Leads to the mapping whose key it is, or to the value. */
  readonly path: readonly PathStep[];
  /** In a block, what starts a line or an item counts as a key, though it may become a value: its field tells. */
  readonly writes: 'key' | 'value';
  /** As far as it is written, without quotes. */
  readonly word: string;
  /** Of the word with its quotes; empty where nothing is written. */
  readonly range: Range;
  readonly quote: '' | '"' | "'";
  /** What has to stand between the word and the sign in front of it. */
  readonly lead: '' | ' ';
  /** The other keys of the mapping. */
  readonly keys: readonly string[];
  /** The other items of the list. */
  readonly items: readonly string[];
  readonly isItem: boolean;
  readonly inFlow: boolean;
  /** Whether a colon stands behind the key. */
  readonly hasColon: boolean;
  /** The whole text, as far as it can be read, without what is being written as a key. */
  readonly tree: YamlMap;
}

/** Undefined where neither key nor value can be: in comments, behind a value, between columns. Pure, and never throws. */
export function caretAt(text: string, position: Range['start']): Caret | undefined {
  const { root, point } = outline(text, position);
  if (point === undefined) return undefined;
  const { entry, word, isKey, isAhead } = point;
  const parent = entry.parent ?? root;
  const others = (isKey || entry.isItem ? parent.entries : []).filter((other) => other !== entry);
  if (isKey && (isAhead || parent.value !== undefined || isOffColumn(entry, others))) return undefined;

  const startsItem = !isKey && entry.isItem && !entry.inFlow;
  const before = text.split(/\r\n|\r|\n/)[word.line].slice(0, word.start);
  const range = {
    start: { line: word.line, character: word.start },
    end: { line: word.line, character: word.start + word.text.length },
  };
  return {
    path: pathOf(isKey ? parent : entry),
    writes: isKey || startsItem ? 'key' : 'value',
    word: unquoted(word.text),
    range,
    quote: (/^["']/.exec(word.text)?.[0] ?? '') as Caret['quote'],
    lead: /[:,]$/.test(before) || (startsItem && before.endsWith('-')) ? ' ' : '',
    keys: isKey ? others.flatMap(({ isItem, step }) => (isItem ? [] : [String(step)])) : [],
    items: others.flatMap(({ isItem, value }) => (isItem && value ? [unquoted(value.text)] : [])),
    isItem: entry.isItem,
    inFlow: entry.inFlow,
    hasColon: isKey && entry.hasColon,
    tree: mapOf(root),
  };
}

/** What stands in a block beside others stands at their column. */
function isOffColumn({ inFlow, column }: OutlineEntry, others: readonly OutlineEntry[]): boolean {
  return !inFlow && others.some((other) => !other.isItem && other.column !== column);
}

function pathOf({ step, parent }: OutlineEntry): PathStep[] {
  return parent === undefined ? [] : [...pathOf(parent), step];
}

function nodeOf(entry: OutlineEntry): YamlNode {
  const place = placeOf(entry);
  if (entry.entries.length === 0) return { kind: 'scalar', ...scalarOf(entry.value), ...place };
  if (!entry.entries[0].isItem) return mapOf(entry);
  return { kind: 'list', items: entry.entries.map(nodeOf), ...place };
}

function mapOf(entry: OutlineEntry): YamlMap {
  const known = entry.entries.filter(({ isItem, hasColon }) => !isItem && hasColon);
  const entries = known.map((child) => [String(child.step), nodeOf(child)] as const);
  return { kind: 'map', entries: new Map(entries), ...placeOf(entry) };
}

function placeOf(entry: OutlineEntry): Pick<YamlNode, 'steps' | 'path' | 'range' | 'keyRange'> {
  const { key, value } = entry;
  const steps = pathOf(entry);
  return {
    steps,
    path: steps.join('.'),
    keyRange: rangeOf(key ?? value),
    range: rangeOf(value ?? key),
  };
}

function rangeOf(word: Word | undefined): Range {
  const { line = 0, start = 0, text = '' } = word ?? {};
  return { start: { line, character: start }, end: { line, character: start + text.length } };
}

const CONSTANTS: Readonly<Record<string, null | boolean>> = {
  '': null,
  '~': null,
  null: null,
  true: true,
  false: false,
};

function scalarOf({ text = '' }: Partial<Word> = {}): Pick<YamlScalar, 'value' | 'text'> {
  const plain = unquoted(text);
  if (/^["']/.test(text)) return { value: plain, text: plain };
  if (Object.hasOwn(CONSTANTS, plain)) return { value: CONSTANTS[plain], text };
  return { value: /^[-+]?(\.\d+|\d+(\.\d*)?)(e[-+]?\d+)?$/i.test(plain) ? Number(plain) : plain, text };
}
