import { isCollection, isMap, isScalar } from 'yaml';
import type { Document, ParsedNode } from 'yaml';
import type { Json } from '../core/json.ts';
import type { PathStep } from './problem.ts';
import type { Splice } from './splices.ts';
import { columnOf, endOf, entriesOf, entryOf, isBlock, lineEnd, type Entry } from './textEntries.ts';
import { flowText } from './yamlText.ts';

/** An entry's value as it is written. */
interface Taken {
  readonly value: Json;
  /** From behind the colon to its last character, with its lines and comments. */
  readonly written: string;
  /** The same on one line, as it may stand in braces; undefined where comments are inside of it. */
  readonly inBraces?: string;
  /** What the line says behind it. */
  readonly comment: string;
  readonly column: number;
  readonly inFlow: boolean;
}

/** What stands at a path; undefined where nothing does. */
export function takenFrom(
  text: string,
  document: Document.Parsed,
  path: readonly PathStep[],
): Taken | undefined {
  const entry = entryOf(document.contents, path);
  if (entry === undefined) return undefined;
  const end = endOf(text, entry);
  const written = text.slice(entry.mark, end);
  const hasComments = isBlock(entry.node) && /(^|\s)#/.test(written);
  return {
    value: (entry.node?.toJS(document) ?? null) as Json,
    written,
    ...(!hasComments && { inBraces: flowSource(text, entry.node) }),
    comment: entry.inFlow ? '' : text.slice(end, lineEnd(text, end)).trim(),
    column: columnOf(text, entry.start),
    inFlow: entry.inFlow,
  };
}

/** The splices that put it in the place of what stands at a path. */
export function putAt(
  text: string,
  root: ParsedNode | null,
  path: readonly PathStep[],
  taken: Taken,
): Splice[] | undefined {
  const entry = entryOf(root, path);
  if (entry === undefined || entry.node === null) return undefined;
  const [start, end] = [entry.node.range[0], endOf(text, entry)];
  const comment = taken.comment === '' ? '' : ` ${taken.comment}`;
  if (!entry.inFlow) return [{ start: entry.mark, end, text: indented(text, entry, taken) + comment }];
  if (taken.inBraces === undefined) return undefined;
  const behind = lineEnd(text, end);
  return [
    { start, end, text: taken.inBraces },
    ...(comment === '' ? [] : [{ start: behind, end: behind, text: comment }]),
  ];
}

/** What is written, its further lines as far to the right of the new key as they were of the old one. */
function indented(text: string, entry: Entry, { written, column, inFlow }: Taken): string {
  const [first, ...lines] = written.split('\n');
  const start = columnOf(text, entry.start);
  const moved = lines.map((line) => {
    if (line.trim() === '') return line;
    const own = line.length - line.trimStart().length;
    // In braces, lines stand anywhere: behind a key they must be further to the right.
    const indent = inFlow ? start + 2 : Math.max(0, own + start - column);
    return ' '.repeat(indent) + line.trimStart();
  });
  return [first, ...moved].join('\n');
}

/** A value on one line, its numbers and quotes as they are written. */
function flowSource(text: string, node: ParsedNode | null): string {
  if (isBlock(node)) {
    const parts = entriesOf(node).map(({ step, node: inner }) => {
      const value = flowSource(text, inner);
      return isMap(node) ? `${flowText(step)}: ${value}` : value;
    });
    return isMap(node) ? `{ ${parts.join(', ')} }` : `[${parts.join(', ')}]`;
  }
  if (node === null) return flowText(null);
  const source = text.slice(node.range[0], node.range[1]).trimEnd();
  const isPlain = isScalar(node) && node.type === 'PLAIN';
  const isAsItIs = isCollection(node) || (isPlain ? !/[,[\]{}\n]/.test(source) : !/^[|>]/.test(source));
  return isAsItIs && source !== '' ? source : flowText(isScalar(node) ? (node.value as Json) : null);
}
