import { expect, test } from 'vitest';
import { layersField, layersOf } from '../../../src/peft/layers.ts';

test.each([
  [undefined, [0, 1, 2, 3, 4]],
  ['all', [0, 1, 2, 3, 4]],
  ['lower_half', [0, 1]],
  ['upper_half', [2, 3, 4]],
  ['1-3', [1, 2, 3]],
  ['3-3', [3]],
  [
    [4, 0],
    [0, 4],
  ],
  ['3-6', [3, 4, 5, 6]],
])('%j of five layers', (written, layers) => {
  expect(layersOf(layersField.parse(written), 5)).toEqual(layers);
});

test.each([['5-0'], ['half'], ['1-'], ['1-99999'], [3], [[]], [[1, 1]], [[-1]], [[1.5]], [null]])(
  '%j is refused',
  (written) => {
    expect(layersField.safeParse(written).success).toBe(false);
  },
);
