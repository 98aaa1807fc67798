import type { Range } from './problem.ts';

type Position = Range['start'];

/** Whether a position is in a range or at its end: the place behind the last character belongs to a word. */
export function covers({ start, end }: Range, position: Position): boolean {
  return !isBefore(position, start) && !isBefore(end, position);
}

/** Whether two ranges have a position in common. */
export function meets(a: Range, b: Range): boolean {
  return !isBefore(a.end, b.start) && !isBefore(b.end, a.start);
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}
