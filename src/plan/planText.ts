import { bytes, count, plural } from '../core/display.ts';
import { printable } from '../core/printable.ts';
import { roughDuration } from '../core/roughDuration.ts';
import { textTable } from '../core/textTable.ts';
import type { TrainedShare } from './parameters.ts';
import type { Plan } from './plan.ts';
import type { TimeEstimate } from './time.ts';

export interface PlanTextOptions {
  /** Whether memory was measured on another system than this. */
  readonly isEstimate: boolean;
  /** How many seeds the recipe has. */
  readonly seeds: number;
}

/** A plan as lines of text. */
export function planText(
  { name, parameters, ...plan }: Plan,
  { isEstimate, seeds }: PlanTextOptions,
): string {
  const { flopsPerStep, frozenPercent, typical, memoryBytes, time, backward, notes } = plan;
  const saved = `${backward.flopsSavedPercent.toFixed(0)} % of the step saved`;
  const lowest = backward.lowestLayer;
  const reach =
    lowest === undefined ? `ends in the head, ${saved}` : `down to ${placeName(lowest)}, ${saved}`;
  const estimate = isEstimate ? ' (estimate)' : '';
  const facts = [
    ['base model', `${count(parameters.base)} parameters`],
    [
      'trained',
      `${count(parameters.trained)} (${parameters.percent.toFixed(4)} %), stored ${count(parameters.stored)}`,
    ],
    ['head', count(parameters.head)],
    ['a step', `${gflops(flopsPerStep)}, ${frozenPercent.toFixed(0)} % of it products with frozen matrices`],
    ...(typical ? [['typically', `${gflops(typical.flopsPerStep)}, at ${typical.length} tokens`]] : []),
    ['backward pass', reach],
    [`memory${estimate}`, memoryText(memoryBytes)],
    ...(time ? [['time', timeText(time, seeds)]] : []),
    ...notes.map((note) => ['note', note]),
  ];
  const header = ['layer', 'module', 'method', 'tensors', 'parameters'];
  const table = [header, ...rowsOf(parameters.layers)];
  return `${printable(name)}\n${indented(textTable(facts))}\n${indented(
    textTable(table, ['right', 'left', 'left', 'right', 'right']),
  )}`;
}

/** One row for each layer, module and method. */
function rowsOf(shares: readonly TrainedShare[]): string[][] {
  const groups = new Map<string, { row: string[]; tensors: number; parameters: number }>();
  for (const { layer, module, method, count: parameters } of shares) {
    const row = [layer === undefined ? '-' : String(layer), module, method];
    const key = row.join();
    const group = groups.get(key) ?? { row, tensors: 0, parameters: 0 };
    groups.set(key, { row, tensors: group.tensors + 1, parameters: group.parameters + parameters });
  }
  return [...groups.values()].map(({ row, tensors, parameters }) => [
    ...row,
    count(tensors),
    count(parameters),
  ]);
}

function memoryText({ total, ...parts }: Plan['memoryBytes']): string {
  const named = Object.entries(parts).map(([part, value]) => `${part} ${bytes(Math.round(value))}`);
  return `${bytes(Math.round(total))}: ${named.join(', ')}`;
}

/** `about 0.16 s a step, 12 min a run (4,500 steps), 1 h for 5 seeds` */
function timeText({ secondsPerStep, secondsPerRun, stepsPerRun }: TimeEstimate, seeds: number): string {
  const step = `about ${roughDuration(secondsPerStep)} a step`;
  if (secondsPerRun === undefined || stepsPerRun === undefined) return step;
  const run = `${step}, ${roughDuration(secondsPerRun)} a run (${plural(stepsPerRun, 'step')})`;
  return seeds > 1 ? `${run}, ${roughDuration(seeds * secondsPerRun)} for ${seeds} seeds` : run;
}

function placeName(lowest: number | 'embeddings'): string {
  return lowest === 'embeddings' ? 'the embeddings' : `layer ${lowest}`;
}

function gflops(value: number): string {
  return `${(value / 1e9).toFixed(1)} GFLOP`;
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
