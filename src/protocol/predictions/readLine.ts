import type * as z from 'zod/mini';
import type { AnyLine, PredictionReading } from './reading.ts';

/** A line of a file of predictions, or what is wrong with it in one sentence. */
export function readLine(
  { schema }: PredictionReading,
  text: string,
): { readonly line: AnyLine } | { readonly problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: `expected a JSON object, found ${JSON.stringify(text.slice(0, 40))}` };
  }
  const { success, data, error } = schema.safeParse(value);
  return success ? { line: data } : { problem: problemOf(error.issues[0], value) };
}

function problemOf(issue: z.core.$ZodIssue, value: unknown): string {
  const place = issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  if (issue.code !== 'invalid_type') return `${place}${issue.message}`;
  let found = value;
  for (const key of issue.path) found = (found as Record<PropertyKey, unknown> | undefined)?.[key];
  const text = found === undefined ? 'nothing' : JSON.stringify(found).slice(0, 40);
  return `${place}expected ${issue.expected}, found ${text}`;
}
