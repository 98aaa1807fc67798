const DOWN: Readonly<Record<string, number>> = { ArrowUp: -1, ArrowDown: 1 };
const RIGHT: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };

/** Arrow keys move between the buttons of a table, Home and End in their row; Tab comes to the one that was last. */
export function gridKeys(table: HTMLTableElement): void {
  table.addEventListener('focusin', ({ target }) => {
    if (!(target instanceof HTMLButtonElement)) return;
    for (const each of table.querySelectorAll('button')) each.tabIndex = each === target ? 0 : -1;
  });
  table.addEventListener('keydown', (event) => {
    const cell = (event.target as HTMLElement).closest<HTMLTableCellElement>('td, th');
    const next = cell && nextButton(table, cell, event.key);
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}

function nextButton(table: HTMLTableElement, cell: HTMLTableCellElement, key: string) {
  const row = cell.parentElement as HTMLTableRowElement;
  const own = [...row.querySelectorAll('button')];
  if (key === 'Home') return own[0];
  if (key === 'End') return own.at(-1);
  if (key in RIGHT) return own[own.indexOf(cell.querySelector('button')!) + RIGHT[key]];
  if (!(key in DOWN)) return undefined;
  const x = columnOf(cell);
  for (let y = row.rowIndex + DOWN[key]; y >= 0 && y < table.rows.length; y += DOWN[key]) {
    const found = nearestButton(table.rows[y], x);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** From the heads of rows to such heads; elsewhere, as not every row has something in every column, to the one least aside. */
function nearestButton(row: HTMLTableRowElement, x: number): HTMLButtonElement | undefined {
  const cells = [...row.cells].filter(
    (cell) => (columnOf(cell) === 0) === (x === 0) && cell.querySelector('button') !== null,
  );
  const aside = (cell: HTMLTableCellElement) =>
    Math.max(columnOf(cell) - x, x - (columnOf(cell) + cell.colSpan - 1), 0);
  const [nearest] = cells.sort((a, b) => aside(a) - aside(b));
  return nearest?.querySelector('button') ?? undefined;
}

/** Where a cell starts, counted in columns. */
function columnOf(cell: HTMLTableCellElement): number {
  const before = [...(cell.parentElement as HTMLTableRowElement).cells].slice(0, cell.cellIndex);
  return before.reduce((sum, { colSpan }) => sum + colSpan, 0);
}
