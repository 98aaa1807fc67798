import type { PlanFigures } from '../../src/protocol/form.ts';
import type { View } from './part.ts';
import { say } from './strings.ts';

/** What planning says of a variant as the text is now: nothing yet, figures, or that there are none. */
export type Planned = 'waiting' | 'none' | PlanFigures;

export function planOf({ plan, state }: View, variant: string | undefined): Planned {
  if (state.description.errors > 0) return 'none';
  if (plan?.version !== state.version) return 'waiting';
  return plan.figures.find((each) => each.variant === variant) ?? 'none';
}

export function memoryText(plan: Planned): string {
  if (typeof plan === 'string') return plan === 'waiting' ? '…' : '–';
  return say('megabytes', Math.round(plan.memoryBytes / 1e6).toLocaleString('en-US'));
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
