/** Number of a text's characters as Python counts them. */
export function codePointLength(text: string): number {
  return isOfUnits(text) ? text.length : Array.from(text).length;
}

/** Characters `start` up to `end` of a text, as Python slices it. */
export function codePointSlice(text: string, start: number, end: number): string {
  return isOfUnits(text) ? text.slice(start, end) : Array.from(text).slice(start, end).join('');
}

/** Whether every code point is one unit of UTF-16. */
function isOfUnits(text: string): boolean {
  return !/[\ud800-\udfff]/.test(text);
}
