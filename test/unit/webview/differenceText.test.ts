import { expect, it } from 'vitest';
import { differenceText } from '../../../webview/dashboard/differenceText.ts';

it('says the number of pairs where not every seed has one', () => {
  expect(differenceText({ n: 3, difference: { n: 3, mean: 0.25 } })).toMatch(/^\+0\.25\d*$/);
  expect(differenceText({ n: 3, difference: { n: 2, mean: 0.25 } })).toMatch(/^\+0\.25\d* \(N = 2\)$/);
  expect(differenceText({ n: 3 })).toBe('–');
});
