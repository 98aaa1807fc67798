/** The text without its first `|`, and where that stood. */
export function caretIn(marked: string): {
  readonly text: string;
  readonly position: { readonly line: number; readonly character: number };
} {
  const at = marked.indexOf('|');
  if (at < 0) throw new Error(`no caret in ${marked}`);
  const lines = marked.slice(0, at).split(/\r\n|\r|\n/);
  return {
    text: marked.slice(0, at) + marked.slice(at + 1),
    position: { line: lines.length - 1, character: lines[lines.length - 1].length },
  };
}
