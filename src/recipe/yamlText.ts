import { Document, stringify } from 'yaml';
import type { Json } from '../core/json.ts';

/** Longest list that stands on one line, in characters. */
const MAX_LINE = 100;

/** Words such as `no` are quoted, so that readers of YAML 1.1 see the same values. */
const options = {
  compat: 'yaml-1.1',
  lineWidth: 0,
  blockQuote: false,
  flowCollectionPadding: false,
} as const;

/** A value on one line, as it may stand inside of braces and brackets. */
export function flowText(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(flowText).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, inner]) => `${flowText(key)}: ${flowText(inner)}`);
    return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
  }
  const list = new Document([value], options);
  Object.assign(list.contents as object, { flow: true });
  return list.toString(options).trimEnd().slice(1, -1);
}

/** A value on one line of a block: strings there need fewer quotes. */
export function lineText(value: Json): string {
  return typeof value === 'object' && value !== null
    ? flowText(value)
    : stringify({ k: value }, options).slice('k: '.length).trimEnd();
}

/** Whether a value stands beside its key: everything but mappings with entries, and long lists. */
export function fitsLine(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.length === 0 || flowText(value).length <= MAX_LINE;
  return Object.keys(value).length === 0;
}

/** Lines of a mapping or list in block style, each indented by `indent` spaces. */
export function blockLines(value: Json, indent: number): string[] {
  const margin = ' '.repeat(indent);
  if (Array.isArray(value)) return value.map((item) => `${margin}- ${lineText(item)}`);
  return Object.entries(value as object).flatMap(([key, inner]: [string, Json]) =>
    fitsLine(inner)
      ? [`${margin}${lineText(key)}: ${lineText(inner)}`]
      : [`${margin}${lineText(key)}:`, ...blockLines(inner, indent + 2)],
  );
}
