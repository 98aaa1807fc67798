import { bytes, count } from '../core/display.ts';
import { textTable } from '../core/textTable.ts';
import type { TrainedShare } from './parameters.ts';
import type { Plan } from './plan.ts';

/** A plan as lines of text. `isEstimate`: whether its memory was measured on another system than this. */
export function planText({ name, parameters, ...plan }: Plan, isEstimate: boolean): string {
  const { flopsPerStep, frozenPercent, typical, memoryBytes, backward, notes } = plan;
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
    ...notes.map((note) => ['note', note]),
  ];
  const header = ['layer', 'module', 'method', 'tensors', 'parameters'];
  const table = [header, ...rowsOf(parameters.layers)];
  return `${name}\n${indented(textTable(facts))}\n${indented(
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

function placeName(lowest: number | 'embeddings'): string {
  return lowest === 'embeddings' ? 'the embeddings' : `layer ${lowest}`;
}

function gflops(value: number): string {
  return `${(value / 1e9).toFixed(1)} GFLOP`;
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
