/** A text for an input box, which has one line: a new line becomes `\n`, a tab `\t`, and a backslash is written twice. */
export function oneLine(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t');
}

/** The text that `oneLine` wrote; other backslashes stand for themselves. */
export function manyLines(line: string): string {
  return line.replace(/\\([\\nt])/g, (_, sign: string) => ({ n: '\n', t: '\t' })[sign] ?? sign);
}
