import { expect, test } from 'vitest';
import { executors as registered } from '../../../src/engine/registry.ts';
import { executors } from '../../../src/recipe/training.ts';

test('recipes know every executor', () => {
  expect(executors).toEqual(['auto', ...Object.keys(registered)]);
});
