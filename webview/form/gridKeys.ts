const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

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
  if (key === 'Home') return row.querySelector('button');
  if (key === 'End') return [...row.querySelectorAll('button')].at(-1);
  const step = STEPS[key];
  if (step === undefined) return undefined;
  let [y, x] = [row.rowIndex + step[0], columnOf(cell) + step[1]];
  while (y >= 0 && y < table.rows.length && x >= 0 && x < table.rows[0].cells.length) {
    const there = [...table.rows[y].cells].find(
      (each) => columnOf(each) <= x && x < columnOf(each) + each.colSpan,
    );
    const found = there === cell ? null : there?.querySelector('button');
    if (found) return found;
    [y, x] = [y + step[0], x + step[1]];
  }
  return undefined;
}

/** Where a cell starts, counted in columns. */
function columnOf(cell: HTMLTableCellElement): number {
  const before = [...(cell.parentElement as HTMLTableRowElement).cells].slice(0, cell.cellIndex);
  return before.reduce((sum, { colSpan }) => sum + colSpan, 0);
}
