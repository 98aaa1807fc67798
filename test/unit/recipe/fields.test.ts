import { expect, test } from 'vitest';
import { configurationFields, expectation, fieldAt, recipeFields } from '../../../src/recipe/fields.ts';
import type { Field } from '../../../src/recipe/fields.ts';
import { isModelId, isModelPath, isRevision } from '../../../src/core/modelId.ts';
import { needless, otherSpellings } from '../../../src/recipe/otherSpellings.ts';
import { problemCodes } from '../../../src/recipe/problemCodes.ts';
import { recipeReference } from '../../../src/language/recipeReference.ts';

test('other spellings lead to fields that there are, and are no fields themselves', () => {
  for (const [name, { field }] of Object.entries(otherSpellings)) {
    expect(fieldAt(recipeFields, field.split('.')), `${name} -> ${field}`).toBeDefined();
    for (const section of ['', 'task.', 'training.', 'report.']) {
      const steps = `${section}${name}`.split('.');
      if (`${section}${name}` !== field)
        expect(fieldAt(recipeFields, steps), steps.join('.')).toBeUndefined();
    }
  }
});

test('what is needless here is no field, and no other spelling of one', () => {
  for (const name of Object.keys(needless)) {
    expect(Object.keys(otherSpellings)).not.toContain(name);
    for (const path of [[name], ['task', name], ['training', name]])
      expect(fieldAt(recipeFields, path), path.join('.')).toBeUndefined();
  }
});

test('every field has a sentence of help', () => {
  const silent = (field: Field, path: string): string[] => [
    ...(field.help === undefined ? [path] : []),
    ...[field, ...(field.oneOf ?? field.anyOf ?? [])].flatMap(({ properties = {} }) =>
      Object.entries(properties).flatMap(([name, child]) => silent(child, `${path}.${name}`)),
    ),
  ];
  expect(silent({ ...recipeFields, help: '' }, 'recipe')).toEqual([]);
});

test('a field is found by its path, also inside a variant', () => {
  const rate = fieldAt(configurationFields, ['training', 'learning_rate']);
  expect(rate).toBeDefined();
  expect(fieldAt(recipeFields, ['variants', 'any name', 'training', 'learning_rate'])).toBe(rate);
  expect(fieldAt(recipeFields, ['training', 'toString'])).toBeUndefined();
});

test.each<[Field, string]>([
  [{ type: 'number', exclusiveMinimum: 0 }, 'a number above 0'],
  [{ type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER }, 'a whole number of at least 1'],
  [{ type: 'integer', minimum: 0, maximum: 9 }, 'a whole number of at least 0 and of at most 9'],
  [{ enum: ['a', 'b'], hidden: ['b'] }, 'a'],
  [{ type: 'array', minItems: 1, items: { type: 'boolean' } }, 'a non-empty list, each true or false'],
  [{ anyOf: [{ type: 'object' }, { type: 'string' }] }, 'a mapping, or a text'],
])('%j is %s', (field, words) => {
  expect(expectation(field)).toBe(words);
});

test('the reference names every field, method, task and code', () => {
  const reference = recipeReference();
  for (const name of [
    'pooling',
    'learning_rate_scale',
    'methods.ln_tuning',
    'text-classification',
    ...Object.keys(problemCodes),
  ]) {
    expect(reference).toContain(`\`${name}\``);
  }
  expect(reference).not.toContain('undefined');
});

test('models are folders or hub ids', () => {
  for (const path of ['.', '..', './m', '.\\m', '../m', '/m', 'C:\\m', 'd:/m'])
    expect([path, isModelPath(path)]).toEqual([path, true]);
  for (const id of ['bert-base-uncased', 'org/name_1.5'])
    expect([id, isModelPath(id), isModelId(id)]).toEqual([id, false, true]);
  for (const wrong of [
    '',
    'a/b/c',
    '..',
    'a/..',
    'a/b..c',
    '-a',
    'a-',
    'a b',
    'a--b',
    '.hidden',
    'a.git',
    'ä',
    'a/b\n',
    'x'.repeat(97),
  ]) {
    expect([wrong, isModelId(wrong)]).toEqual([wrong, false]);
  }
  for (const revision of ['main', 'refs/pr/1', 'v1.0', 'a'.repeat(40)])
    expect(isRevision(revision)).toBe(true);
  for (const wrong of ['', '../x', 'a//b', '/a', 'a/', 'a/.b', 'a b', 'a\n'])
    expect([wrong, isRevision(wrong)]).toEqual([wrong, false]);
});
