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
