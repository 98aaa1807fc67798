/** Text of files, such as a recipe or a run's record, on one line: characters that would steer a terminal show as their escapes. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, escapeOf);
}

/** The same of text on several lines: line breaks and tabs stay. */
export function printableLines(text: string): string {
  return text.replace(/(?!\n|\t|\r\n)\p{Cc}/gu, escapeOf);
}

function escapeOf(control: string): string {
  return `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
