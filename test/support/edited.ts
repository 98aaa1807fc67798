interface Position {
  readonly line: number;
  readonly character: number;
}

interface Edit {
  readonly range: { readonly start: Position; readonly end: Position };
  readonly newText: string;
}

/** The text with changes made as an editor makes them: all at once, in the order of the text. */
export function edited(text: string, edits: readonly Edit[]): string {
  const offsetOf = ({ line, character }: Position) => {
    const before = text.split('\n').slice(0, line);
    return before.reduce((sum, each) => sum + each.length + 1, 0) + character;
  };
  return [...edits].reverse().reduce((result, { range: { start, end }, newText }) => {
    return result.slice(0, offsetOf(start)) + newText + result.slice(offsetOf(end));
  }, text);
}
