import { availableParallelism } from 'node:os';
import { expect, it } from 'vitest';
import { threadCount } from '../../../src/engine/threads.ts';

it.each([
  ['1', 1],
  ['12', 12],
])('takes OMP_NUM_THREADS=%s', (OMP_NUM_THREADS, expected) => {
  expect(threadCount({ OMP_NUM_THREADS })).toBe(expected);
});

it.each([undefined, '', '0', '-2', '1.5', 'many', '4,2'])(
  'uses the whole machine with OMP_NUM_THREADS=%s',
  (OMP_NUM_THREADS) => {
    expect(threadCount({ OMP_NUM_THREADS })).toBe(availableParallelism());
  },
);
