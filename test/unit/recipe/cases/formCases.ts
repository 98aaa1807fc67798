import type { Case } from './case.ts';
import { recipeText } from '../support.ts';

const LONG = 'x'.repeat(300_000);

/** What is no YAML, or more than a recipe may use of it. */
export const FORM: readonly Case[] = [
  ['an unclosed quote', 'version: "1\n«»', 'yaml-syntax', 'missing closing "quote'],
  ['a tab', 'training:\n«\t»a: 1\n', 'yaml-syntax', 'tabs are not allowed as indentation'],
  [
    'an anchor',
    recipeText({ model: 'model: «&a» ./m' }),
    'yaml-unsupported',
    'anchors have no place in a recipe; write the value itself',
  ],
  [
    'an alias',
    recipeText({ model: 'model: «*a»' }),
    'yaml-unsupported',
    'aliases have no place in a recipe; write the value itself',
  ],
  [
    'a tag',
    recipeText({ model: 'model: «!!str» ./m' }),
    'yaml-unsupported',
    'tags have no place in a recipe; write the value itself',
  ],
  [
    'a directive',
    `«%YAML 1.1»\n---\n${recipeText()}`,
    'yaml-unsupported',
    'directives have no place in a recipe; write the value itself',
  ],
  [
    'a merge key',
    recipeText({ training: 'training: { «<<»: {} }' }),
    'yaml-unsupported',
    'merge keys have no place in a recipe',
  ],
  [
    'a second document',
    `${recipeText()}«---»\na: 1\n`,
    'yaml-unsupported',
    'a recipe is one YAML document; found another',
  ],
  [
    'a key given twice',
    recipeText({ more: 'model: ./other' }).replace('model: ./other', '«model»: ./other'),
    'duplicate-key',
    '"model" stands twice in this mapping',
  ],
  [
    'a number as key',
    recipeText({ variants: 'variants: { «16»: {} }' }),
    'yaml-key',
    'expected a text as key, found 16; write it in quotes',
  ],
  [
    'a list as key',
    recipeText({ variants: 'variants: { ? «[a]» : {} }' }),
    'yaml-key',
    'expected a text as key, found a list or mapping; write it in quotes',
  ],
  [
    'a reserved key',
    recipeText({ variants: 'variants: { «__proto__»: {} }' }),
    'yaml-key',
    '"__proto__" cannot be a key',
  ],
  ['a large text', `«»# ${LONG}`, 'yaml-limits', 'expected at most 262144 characters, found 300002'],
  [
    'a deep text',
    `${'['.repeat(32)}«[»${'['.repeat(20_000)}`,
    'yaml-limits',
    'expected at most 32 levels of nesting, found more',
  ],
  [
    'many tokens',
    `[${'1,'.repeat(49_999)}«1»${',1'.repeat(70_000)}]`,
    'yaml-limits',
    'expected at most 100000 tokens of YAML, found more',
  ],
];
