import { expect, it } from 'vitest';
import type { PlanFigures } from '../../../src/protocol/form.ts';
import { memoryText, planOf, timeText, whyNoTime } from '../../../webview/form/planTexts.ts';

const figures = (change: Partial<PlanFigures> = {}): PlanFigures => ({
  ...{ variant: 'a', memoryBytes: 640.4e6, isMeasured: true, secondsPerRun: 96, ...change },
});

type Planned = NonNullable<Parameters<typeof planOf>[0]['plan']>;

/** What the page says of variant `a` while it shows version 2 of the text. */
function said(plan: Partial<Planned>, errors = 0) {
  const view = {
    plan: { type: 'plan', version: 2, figures: [], ...plan },
    state: { version: 2, description: { errors } },
  } as unknown as Parameters<typeof planOf>[0];
  const planned = planOf(view, 'a');
  return [memoryText(planned), timeText(planned), whyNoTime(view, planned)];
}

it.each<[number, string]>([
  [0.4, '0 s'],
  [89, '89 s'],
  [96, '2 min'],
  [5399, '90 min'],
  [5400, '1.5 h'],
])('%d seconds of a run are %s', (secondsPerRun, text) => {
  expect(said({ figures: [figures({ secondsPerRun })] })).toEqual(['640 MB', text, undefined]);
});

it('says how to get a time where the machine was not measured, and what is missing where it was', () => {
  const none = { secondsPerRun: undefined };
  const [, time, why] = said({ figures: [figures({ ...none, isMeasured: false })] });
  expect(time).toBe('–');
  expect(why).toMatch(/not measured.*“Show plan”.*peft-workbench measure/);
  expect(said({ figures: [figures(none)] })[2]).toMatch(/training data/);
});

it('waits for the plan of the text that is shown: one of an older text says nothing', () => {
  expect(said({ version: 1, figures: [figures()] })).toEqual(['…', '…', undefined]);
  expect(said({ version: 1, problem: 'old' })).toEqual(['…', '…', undefined]);
});

it('says why there is none', () => {
  expect(said({ problem: 'no model' })).toEqual(['–', '–', 'no model']);
  expect(said({ version: 1, problem: 'old' }, 1)).toEqual(['–', '–', undefined]);
});
