import { expect, it } from 'vitest';
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
  const edits = renamed(values, 'A', ' C ')!;
  expect(Object.keys(edits[0].value as object)).toEqual(['C', 'B']);
  expect(edits[1]).toEqual({ path: ['report', 'baseline'], value: 'C' });
  expect(renamed(values, 'A', 'B')).toBeUndefined();
  expect(renamed(values, 'A', ' ')).toBeUndefined();
});

it('removes a variant with its name in the report, but not the last', () => {
  expect(removed(values, 'A')).toEqual([{ path: ['variants', 'A'] }, { path: ['report', 'baseline'] }]);
  expect(removed({ variants: { A: {} } }, 'A')).toBeUndefined();
});
