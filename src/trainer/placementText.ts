import { plural } from '../core/display.ts';
import type { Placement } from '../engine/executor.ts';

/** A line of a run's log: `step: 600 operators on the device (Add 87, ...); 9 operators on the processor, for sizes alone (Concat 9)`. */
export function placementText(program: string, { device, processor }: Placement): string {
  const there = `${operators(device)} on the device (${list(device)})`;
  const here = `${operators(processor)} on the processor`;
  const names = list(processor);
  return `${program}: ${there}; ${names === '' ? here : `${here}, for sizes alone (${names})`}`;
}

function operators(counts: Placement['device']): string {
  return plural(
    Object.values(counts).reduce((sum, each) => sum + each, 0),
    'operator',
  );
}

function list(counts: Placement['device']): string {
  return Object.entries(counts)
    .map(([op, each]) => `${op} ${each}`)
    .join(', ');
}
