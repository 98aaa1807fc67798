import { isJsonObject, type Json } from '../core/json.ts';

/** A Python string: what JSON escapes, Python reads the same. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** A value of a configuration as Python writes it. */
export function literal(value: Json): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, entry]) => `${quoted(key)}: ${literal(entry)}`);
  return `{${entries.join(', ')}}`;
}

/** The arguments of `from_pretrained` for a model of the hub. */
export function hubSource({ id, revision }: { id: string; revision?: string }): string {
  return quoted(id) + (revision === undefined ? '' : `, revision=${quoted(revision)}`);
}

/** A Python dictionary of the labels by their ids. */
export function labelNames(labels: readonly string[]): string {
  return `{${labels.map((label, id) => `${id}: ${quoted(label)}`).join(', ')}}`;
}
