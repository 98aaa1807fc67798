/** Characters on either side that are shown; more than a paragraph seldom helps. */
const AROUND = 400;
/** So far a blank may be from there: a longer run without one is of a script that has none. */
const WORD = 40;

/** The end of what stands before something: from the beginning of a word where its script has blanks. */
export function nearBefore(text: string): string {
  if (text.length <= AROUND) return text;
  const start = text.length - AROUND;
  const blank = text.slice(start, start + WORD).indexOf(' ');
  return `… ${text.slice(blank === -1 ? wholeFrom(text, start) : start + blank + 1)}`;
}

/** The beginning of what stands behind something, up to the end of a word. */
export function nearAfter(text: string): string {
  if (text.length <= AROUND) return text;
  const blank = text.slice(AROUND - WORD, AROUND + 1).lastIndexOf(' ');
  return `${text.slice(0, blank === -1 ? wholeFrom(text, AROUND) : AROUND - WORD + blank)} …`;
}

/** `index`, or the one after it within a character of two units. */
function wholeFrom(text: string, index: number): number {
  return (text.codePointAt(index - 1) ?? 0) > 0xffff ? index + 1 : index;
}
