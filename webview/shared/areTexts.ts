/** For what the editor kept of a page, perhaps another version of it. */
export function areTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
