import { expect, it } from 'vitest';
import { columnsByField } from '../../../src/extension/commands/columnsByField.ts';

const field = (name: string) => ({ field: name, optional: false });
const optional = (name: string) => ({ field: name, optional: true });

it.each([
  // As in SQuAD's files, where the context comes first.
  [
    [field('question'), field('context')],
    ['context', 'question'],
    { question: 'question', context: 'context' },
  ],
  [
    [field('question'), field('context')],
    ['passage', 'question'],
    { question: 'question', context: 'passage' },
  ],
  [[field('a'), field('b')], ['x', 'y'], { a: 'x', b: 'y' }],
  [[field('text'), optional('text_pair')], ['sentence'], { text: 'sentence' }],
  [[field('text'), optional('text_pair')], ['text_pair'], { text: 'text_pair' }],
  [[field('text'), optional('text_pair')], ['text_pair', 'x'], { text: 'x', text_pair: 'text_pair' }],
  [[field('text'), optional('one'), optional('two')], ['x', 'two'], { text: 'x', two: 'two' }],
  [[field('text'), optional('one'), optional('two')], ['x', 'y'], { text: 'x', one: 'y' }],
])('%j with %j', (fields, columns, expected) => {
  expect(columnsByField(fields, columns)).toEqual(expected);
});
