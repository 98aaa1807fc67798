import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { schedules, warmupStepCount, type ScheduleName } from '../../../src/program/schedules.ts';
import { expectClose } from '../../support/closeness.ts';

interface Recorded {
  readonly lr_scheduler_type: string;
  readonly warmup_steps: number;
  readonly whole_warmup_steps: number;
  readonly total_steps: number;
  readonly factors: number[];
}

const recorded = JSON.parse(
  readFileSync(new URL('../../fixtures/schedules.json', import.meta.url), 'utf8'),
) as Recorded[];

/** Transformers' `constant` has no warm-up whatever `warmup_steps` says; ours is its other one. */
const ours: Record<string, ScheduleName> = {
  linear: 'linear',
  cosine: 'cosine',
  constant_with_warmup: 'constant',
};

it.each(recorded)(
  "$lr_scheduler_type over $total_steps steps, $warmup_steps of them warm-up, has Transformers' rates",
  ({ lr_scheduler_type, warmup_steps, whole_warmup_steps, total_steps, factors }) => {
    const warmup = warmupStepCount(warmup_steps, total_steps);
    expect(warmup).toBe(whole_warmup_steps);
    const schedule = schedules[ours[lr_scheduler_type]];
    expectClose(
      'factors',
      factors.map((_, step) => schedule(step, warmup, total_steps)),
      factors,
      1e-9,
    );
  },
);

it('covers every schedule', () => {
  const names = recorded.map(({ lr_scheduler_type }) => ours[lr_scheduler_type]);
  expect(new Set(names)).toEqual(new Set(Object.keys(schedules)));
});
