import { expect, it } from 'vitest';
import type { Json } from '../../../src/core/json.ts';
import { areUnnamed, labelsInConfig } from '../../../src/checkpoints/labelsInConfig.ts';

it('gives the classes in the order of their ids', () => {
  expect(labelsInConfig({ id2label: { 1: 'b', 0: 'c', 2: 'a' } })).toEqual(['c', 'b', 'a']);
});

it.each<Json>([null, [], {}, ['a'], { 0: 1 }, { 1: 'a' }, { 0: 'a', 2: 'b' }, { x: 'a' }])(
  'takes %j for no classes',
  (id2label) => {
    expect(labelsInConfig({ id2label })).toBeUndefined();
  },
);

it("knows Transformers' names for classes without names", () => {
  expect(areUnnamed(['LABEL_0', 'LABEL_1'])).toBe(true);
  expect(areUnnamed(['LABEL_1', 'LABEL_0'])).toBe(false);
});
