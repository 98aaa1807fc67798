import { wordsOf, type Field } from '../recipe/fields.ts';
import type { Offer } from './offer.ts';

/** Values that a field takes by its schema alone: its default first, words, truth values, lists of single words. */
export function schemaOffers(field: Field): Offer[] {
  const kinds = alternativesOf(field);
  const { default: given } = field;
  const help = field.help;
  const isMapping = kinds.some(({ properties }) => properties !== undefined);
  const isEmptiable = kinds.every(({ required = [] }) => required.length === 0);
  return [
    ...(isMapping || given === undefined ? [] : [{ value: given, detail: 'default' }]),
    ...kinds.flatMap(({ const: fixed }) => (typeof fixed === 'number' ? [{ value: fixed }] : [])),
    ...wordsOf(field).map((value) => ({ value })),
    ...kinds.flatMap(({ type }) => (type === 'boolean' ? [true, false] : []).map((value) => ({ value }))),
    ...kinds.flatMap(({ items }) => (items ? wordsOf(items) : []).map((word) => ({ value: [word] }))),
    ...(isMapping && isEmptiable ? [{ value: {}, detail: 'every field has its default' }] : []),
  ].map((offer) => ({ ...offer, ...(help !== undefined && { help }) }));
}

function alternativesOf(field: Field): Field[] {
  return [field, ...(field.anyOf ?? []).flatMap(alternativesOf)];
}
