import type { Finding, PathStep, Problem } from './problem.ts';
import type { ProblemCode } from './problemCodes.ts';
import { nearestNode } from './yamlNode.ts';
import type { YamlNode } from './yamlNode.ts';

/** Codes that concern a key rather than the value beside it. */
const ABOUT_KEYS: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'unknown-field',
  'other-spelling',
  'unknown-method',
  'invalid-name',
  'not-supported',
  'no-effect',
  'impossible-union',
]);

/** Finds the text of a finding: its value or key, or the key of the mapping around it where it is not written. */
export function placed({ code, severity = 'error', message, path }: Finding, tree: YamlNode): Problem {
  const { node, rest } = nearestNode(tree, path);
  const isWide = node.kind !== 'scalar' && node.range.start.line !== node.range.end.line;
  const range = rest.length > 0 || isWide || ABOUT_KEYS.has(code) ? node.keyRange : node.range;
  return { code, severity, message, range, path: joined(node.path, rest) };
}

/** Without what is said twice of one place, in the order of the text. */
export function inTextOrder(problems: readonly Problem[]): Problem[] {
  const unique = new Map(
    problems.map((problem) => [JSON.stringify([problem.range, problem.message]), problem]),
  );
  return [...unique.values()].sort(
    (a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character,
  );
}

function joined(path: string, rest: readonly PathStep[]): string {
  return [...(path === '' ? [] : [path]), ...rest].join('.');
}
