import { messageOf } from '../core/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import { notJson, notJsonObject } from './errors.ts';
import type { FileRecord } from './reader.ts';
import { textReader } from './textReader.ts';

/** One JSON object a line (jsonlines.org). */
export const jsonl = textReader({
  format: 'jsonl',
  extension: '.jsonl',
  parse: ({ file, text }) => {
    const columns = new Set<string>();
    const records: FileRecord[] = [];
    for (const [i, line] of text.split('\n').entries()) {
      if (line.trim() === '') continue;
      const values = parseObject(file, i + 1, line);
      for (const column of Object.keys(values)) columns.add(column);
      records.push({ line: i + 1, values });
    }
    return { columns: [...columns], records };
  },
});

function parseObject(file: string, line: number, text: string): JsonObject {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    throw notJson(file, line, messageOf(error));
  }
  if (!isJsonObject(value)) throw notJsonObject(file, line, value);
  return value;
}
