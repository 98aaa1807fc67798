/** A Python string: what JSON escapes, Python reads the same. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** The arguments of `from_pretrained` for a model of the hub. */
export function hubSource({ id, revision }: { id: string; revision?: string }): string {
  return quoted(id) + (revision === undefined ? '' : `, revision=${quoted(revision)}`);
}

/** A Python dictionary of the labels by their ids. */
export function labelNames(labels: readonly string[]): string {
  return `{${labels.map((label, id) => `${id}: ${quoted(label)}`).join(', ')}}`;
}
