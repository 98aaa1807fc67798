import type { Vocabulary } from '../../protocol/language.ts';

type ColumnField = Vocabulary['tasks'][number]['columns'][number];

/**
 * The column for each field: one of the field's own name where there is one, the others in their order. Optional fields get what the
 * others leave.
 * @param columns as many as there are fields that are not optional, or more
 */
export function columnsByField(
  fields: readonly Pick<ColumnField, 'field' | 'optional'>[],
  columns: readonly string[],
): Readonly<Record<string, string>> {
  const needed = fields.filter(({ optional }) => !optional);
  const wanted = fields.filter(({ optional }) => optional);
  const spare = columns.length - needed.length;
  const namesakes = wanted.filter(({ field }) => columns.includes(field)).slice(0, spare);
  const others = wanted.filter((each) => !namesakes.includes(each)).slice(0, spare - namesakes.length);
  const given = [...needed, ...namesakes, ...others].map(({ field }) => field);
  const left = columns.filter((column) => !given.includes(column));
  return Object.fromEntries(given.map((field) => [field, columns.includes(field) ? field : left.shift()!]));
}
