import { expect, it } from 'vitest';
import { parseTemplate, templateFault } from '../../../src/core/template.ts';

it('puts the values of columns in the place of their names', () => {
  const { columns, fill } = parseTemplate('{section header}: {dialogue}\n\n{section header} =>');
  expect(columns).toEqual(['section header', 'dialogue']);
  expect(fill({ 'section header': 'GENHX', dialogue: 'a {b} $& c' })).toBe('GENHX: a {b} $& c\n\nGENHX =>');
});

it('has braces of its own where they stand twice', () => {
  expect(parseTemplate('{{"text": "{a}"}}').fill({ a: 'x' })).toBe('{"text": "x"}');
});

it.each([
  ['{a} and {b', 'a brace has no partner'],
  ['a} {b}', 'a brace has no partner'],
  ['{}{a}', 'a brace has no partner'],
  ['text', 'no column stands in it'],
  ['{{a}}', 'no column stands in it'],
])('says what is wrong with %j', (text, fault) => {
  expect(templateFault(text)).toContain(fault);
});

it('has nothing against a template', () => {
  expect(templateFault('{a}{{}}')).toBeUndefined();
});
