import { isCollection, isMap, isScalar } from 'yaml';
import type { CST, ParsedNode } from 'yaml';
import type { PathStep } from './problem.ts';

/** An entry of a mapping or an item of a list, with its places in the text. */
export interface Entry {
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

export function entriesOf(node: ParsedNode): Entry[] {
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

export function entryAt(entries: readonly Entry[], step: PathStep): Entry | undefined {
  return entries.find((entry) => entry.step === String(step));
}

/** The entry that a path leads to. */
export function entryOf(root: ParsedNode | null, path: readonly PathStep[]): Entry | undefined {
  let [node, entry]: [ParsedNode | null, Entry | undefined] = [root, undefined];
  for (const step of path) {
    entry = node === null ? undefined : entryAt(entriesOf(node), step);
    if (entry === undefined) return undefined;
    node = entry.node;
  }
  return entry;
}

/** Where its last character stands; a block's own end would include the lines after it. */
export function endOf(text: string, entry: Entry): number {
  const { node: inner, mark } = entry;
  if (isBlock(inner)) return endOf(text, entriesOf(inner).at(-1)!);
  if (!isWritten(inner)) return mark;
  const [start, end] = inner.range;
  return start + text.slice(start, end).trimEnd().length;
}

export function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : text[end - 1] === '\r' && end > offset ? end - 1 : end;
}

export function isBlock(node: ParsedNode | null): node is ParsedNode & { items: unknown[] } {
  return isCollection(node) && node.flow !== true && node.items.length > 0;
}

export function isWritten(node: ParsedNode | null): node is ParsedNode {
  return node !== null && node.range[0] !== node.range[1];
}

export function isNothing(node: ParsedNode | null): boolean {
  return node === null || (isScalar(node) && node.value === null);
}
