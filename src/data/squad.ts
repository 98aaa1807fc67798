import { messageOf } from '../core/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import { noQuestions, notJsonFile, notSquad } from './errors.ts';
import type { FileRecord } from './reader.ts';
import { textReader } from './textReader.ts';

/**
 * The format of SQuAD (Rajpurkar et al. 2016), one JSON object: `data` lists articles, whose `paragraphs` have a `context` and list
 * questions, `qas`. A question is a record of its own entries (`id`, `question`, `answers`), the context and the article's title.
 */
export const squad = textReader({
  format: 'json',
  extension: '.json',
  parse: ({ file, text }) => {
    const lists = listsIn(file);
    const records = lists({ value: parse(file, text), path: '' }, 'data').flatMap((article) =>
      lists(article, 'paragraphs').flatMap((paragraph) =>
        lists(paragraph, 'qas').map(({ value, path }): FileRecord => {
          const { title } = article.value;
          const { context } = paragraph.value;
          const values = {
            ...(title !== undefined && { title }),
            ...value,
            ...(context !== undefined && { context }),
          };
          return { line: 1, path, values };
        }),
      ),
    );
    if (records.length === 0) throw noQuestions(file);
    return { columns: [...new Set(records.flatMap(({ values }) => Object.keys(values)))], records };
  },
});

/** An object of the file, and where it stands. */
interface Place {
  readonly value: JsonObject;
  readonly path: string;
}

/** The objects of a list that an object has. */
function listsIn(file: string): (of: Place, name: string) => Place[] {
  return ({ value, path }, name) => {
    const list = Object.hasOwn(value, name) ? value[name] : undefined;
    const listPath = path === '' ? name : `${path}.${name}`;
    if (!Array.isArray(list)) throw notSquad(file, listPath, 'a list', list);
    return list.map((item: Json, i) => {
      const itemPath = `${listPath}[${i}]`;
      if (!isJsonObject(item)) throw notSquad(file, itemPath, 'an object', item);
      return { value: item, path: itemPath };
    });
  };
}

function parse(file: string, text: string): JsonObject {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    throw notJsonFile(file, messageOf(error));
  }
  if (!isJsonObject(value)) throw notSquad(file, '', 'an object', value);
  return value;
}
