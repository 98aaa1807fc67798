import { printable } from './printable.ts';

/** Left unless said otherwise; numbers read best on the right. */
export type Alignment = 'left' | 'right';

/** Rows of cells as lines of text, in columns two spaces apart; each line ends with a line break. A cell cannot steer the terminal. */
export function textTable(
  rows: readonly (readonly string[])[],
  alignments: readonly Alignment[] = [],
): string {
  const shown = rows.map((row) => row.map(printable));
  const widths = shown.reduce<number[]>(
    (widest, row) => row.map((cell, i) => Math.max(cell.length, widest[i] ?? 0)),
    [],
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => (alignments[i] === 'right' ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join('  ')
      .trimEnd();
  return shown.map((row) => `${line(row)}\n`).join('');
}
