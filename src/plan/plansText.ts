import { bytes, count } from '../core/display.ts';
import { roughDuration } from '../core/roughDuration.ts';
import { textTable } from '../core/textTable.ts';
import type { Plan } from './plan.ts';
import { planText, type PlanTextOptions } from './planText.ts';

/** Several plans as text: side by side where there are several, then each of them. */
export function plansText(plans: readonly Plan[], options: PlanTextOptions): string {
  const each = plans.map((plan) => planText(plan, options));
  return [...(plans.length > 1 ? [comparison(plans)] : []), ...each].join('\n');
}

function comparison(plans: readonly Plan[]): string {
  const hasTime = plans.some(({ time }) => time);
  const header = ['variant', 'trained', '%', 'stored', 'head', 'GFLOP/step', 'memory'];
  const rows = plans.map(({ name, parameters, flopsPerStep, typical, memoryBytes, time }) => [
    name,
    count(parameters.trained),
    parameters.percent.toFixed(4),
    count(parameters.stored),
    count(parameters.head),
    ((typical?.flopsPerStep ?? flopsPerStep) / 1e9).toFixed(1),
    bytes(Math.round(memoryBytes.total)),
    ...(hasTime ? [timeOf(time)] : []),
  ]);
  return textTable(
    [[...header, ...(hasTime ? ['time'] : [])], ...rows],
    ['left', ...Array.from({ length: header.length }, () => 'right' as const)],
  );
}

function timeOf(time: Plan['time']): string {
  if (time === undefined) return '-';
  const { secondsPerRun, secondsPerStep } = time;
  return secondsPerRun === undefined
    ? `${roughDuration(secondsPerStep)} a step`
    : `${roughDuration(secondsPerRun)} a run`;
}
