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

/** A text before, in and after the code points from `start` to before `end`; both are kept within the text. */
export function cutAtCodePoints(
  text: string,
  start: number,
  end: number,
): { readonly before: string; readonly inside: string; readonly after: string } {
  const from = unitsBefore(text, start);
  const to = Math.max(from, unitsBefore(text, end));
  return { before: text.slice(0, from), inside: text.slice(from, to), after: text.slice(to) };
}

/** UTF-16 units that the first `count` code points take. */
function unitsBefore(text: string, count: number): number {
  let units = 0;
  for (let points = 0; points < count && units < text.length; points++)
    units += text.codePointAt(units)! > 0xffff ? 2 : 1;
  return units;
}
