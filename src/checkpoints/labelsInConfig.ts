import { isJsonObject, type JsonObject } from '../core/json.ts';

/** The classes of a config.json (`id2label`) in the order of their ids; undefined where it names none, or not all. */
export function labelsInConfig({ id2label }: JsonObject): string[] | undefined {
  if (!isJsonObject(id2label)) return undefined;
  const labels = Object.keys(id2label).map((_, id) => id2label[id]);
  return labels.length > 0 && labels.every((label) => typeof label === 'string') ? labels : undefined;
}

/** Whether the classes have the names that Transformers gives where nobody named them: `LABEL_0`, `LABEL_1`, ... */
export function areUnnamed(labels: readonly string[]): boolean {
  return labels.every((label, id) => label === `LABEL_${id}`);
}
