import type { FormState, PlanFigures, ToForm } from '../../src/protocol/form.ts';
import { say } from './strings.ts';

/** The last plan that was told, beside the state that is shown. */
interface Shown {
  readonly plan: Extract<ToForm, { type: 'plan' }> | undefined;
  readonly state: FormState;
}

/** What planning says of a variant as the text is now: nothing yet, figures, or that there are none. */
export type Planned = 'waiting' | 'none' | PlanFigures;

export function planOf({ plan, state }: Shown, variant: string | undefined): Planned {
  if (state.description.errors > 0) return 'none';
  if (plan?.version !== state.version) return 'waiting';
  return plan.figures.find((each) => each.variant === variant) ?? 'none';
}

export function memoryText(plan: Planned): string {
  if (typeof plan === 'string') return plan === 'waiting' ? '…' : '–';
  return say('megabytes', Math.round(plan.memoryBytes / 1e6).toLocaleString('en-US'));
}

/** Why the time of a run is not shown, and what to do about it; undefined where it is, or soon will be. */
export function whyNoTime({ plan: last, state }: Shown, plan: Planned): string | undefined {
  if (plan === 'waiting') return undefined;
  if (plan === 'none') return last?.version === state.version ? last.problem : undefined;
  if (!plan.isMeasured) return say('notMeasured');
  return plan.secondsPerRun === undefined ? say('stepsUnknown') : undefined;
}

/** Of one run. */
export function timeText(plan: Planned): string {
  if (plan === 'waiting') return '…';
  if (plan === 'none' || plan.secondsPerRun === undefined) return '–';
  const { secondsPerRun: seconds } = plan;
  if (seconds < 90) return say('seconds', Math.round(seconds));
  const minutes = seconds / 60;
  return minutes < 90 ? say('minutes', Math.round(minutes)) : say('hours', (minutes / 60).toFixed(1));
}
