import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { editRecipe } from '../../../src/recipe/edit.ts';
import type { Json } from '../../../webview/form/values.ts';
import { edited } from '../../support/edited.ts';
import { copied, removed, renamed } from '../../../webview/form/variantEdits.ts';

const values = {
  methods: { ln_tuning: {} },
  variants: { A: {}, B: { methods: { lora: {} }, training: { seed: 1 } } },
  report: { baseline: 'A' },
};

it('copies the variant shown with methods of its own', () => {
  expect(copied({ methods: { lora: {} } }, 'x')).toEqual([
    { path: ['variants'], value: { lora: {}, 'lora 2': { methods: { lora: {} } } } },
  ]);
  expect(copied(values, 'A')).toEqual([{ path: ['variants', 'A 2'], value: { methods: { ln_tuning: {} } } }]);
  expect(copied(values, 'B, r=4')).toEqual([{ path: ['variants', 'B 2'], value: values.variants.B }]);
});

it('renames a variant in its place, and in the report', () => {
  expect(renamed(values, 'A', ' C ')).toEqual([
    { path: ['variants', 'A'], newKey: 'C' },
    { path: ['report', 'baseline'], value: 'C' },
  ]);
  expect(renamed(values, 'A', 'B')).toBeUndefined();
  expect(renamed(values, 'A', ' ')).toBeUndefined();
});

it('renames in the text where comments, order and style stay, and no key is read as something else', () => {
  const text = `variants:
  # as in the paper
  A: # all of them
    methods: { ln_tuning: {} } # gain and bias
  B: { methods: { lora: {} } }
report: { baseline: A } # the first
`;
  const edits = editRecipe(text, renamed(parse(text) as Json, 'A', 'no: 1 # x')!)!;
  const next = edited(text, edits);
  expect(next).toBe(text.replace('A:', '"no: 1 # x":').replace('baseline: A', 'baseline: "no: 1 # x"'));
  expect(Object.keys((parse(next) as { variants: object }).variants)).toEqual(['no: 1 # x', 'B']);
});

it('removes a variant with its name in the report, but not the last', () => {
  expect(removed(values, 'A')).toEqual([{ path: ['variants', 'A'] }, { path: ['report', 'baseline'] }]);
  expect(removed({ variants: { A: {} } }, 'A')).toBeUndefined();
});
