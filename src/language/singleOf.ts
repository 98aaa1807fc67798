import type { Field } from '../recipe/fields.ts';

/** Of a section that may be listed, or that has alternatives, the first that is a mapping; any other field as it is. */
export function singleOf(field: Field | undefined): Field {
  const alternatives = field?.oneOf ?? field?.anyOf ?? [];
  return alternatives.find(({ properties }) => properties !== undefined) ?? field ?? {};
}
