/** Prints rows as an aligned table; the first row is the header, the first column is text, the others numbers. */
export function printTable(title, rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  console.log(`\n${title}\n`);
  for (const row of rows) {
    console.log(
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))
        .join('  '),
    );
  }
}

export const gigabytes = (bytes) => `${(bytes / 1e9).toFixed(2)} GB`;
export const times = (ratio) => `${ratio.toFixed(2)} x`;
