import { printable } from '../core/printable.ts';
import { placed } from '../recipe/place.ts';
import type { Problem } from '../recipe/problem.ts';
import { readSetting } from '../recipe/settings.ts';
import { readYaml } from '../recipe/yamlDocument.ts';

/** `file:line:column: severity code message`, counted from 1. */
export function problemLine(file: string, problem: Problem): string {
  const { line, character } = problem.range.start;
  return lineAt(`${file}:${line + 1}:${character + 1}`, problem);
}

/** A line for each other place that a problem is about. */
export function noteLines(file: string, { related = [] }: Problem): string[] {
  return related.map(({ range: { start }, message }) =>
    printable(`  note: ${file}:${start.line + 1}:${start.character + 1}: ${message}`),
  );
}

/**
 * The line for a problem of a recipe that was read with settings in place: it names the setting where the problem is in its value, else
 * where the field stands in the file as it is.
 * @param text of the file
 */
export function problemLineWithSettings(
  file: string,
  problem: Problem,
  { text, settings }: { readonly text: string; readonly settings: readonly string[] },
): string {
  const setting = settings.filter((each) => isBeside(readSetting(each)?.path ?? '', problem.path)).at(-1);
  if (setting !== undefined && problem.path !== '') return lineAt(`--set ${setting}`, problem);
  const { root } = readYaml(text);
  if (settings.length === 0 || root === undefined) return problemLine(file, problem);
  const path = problem.path === '' ? [] : problem.path.split('.');
  const { code, message } = problem;
  return problemLine(file, { ...problem, range: placed({ code, message, path }, root).range });
}

/** Whether one of two paths leads through the other. */
function isBeside(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
}

function lineAt(place: string, { severity, code, message }: Problem): string {
  return printable(`${place}: ${severity} ${code} ${message}`);
}
