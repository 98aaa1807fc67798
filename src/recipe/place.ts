import { changeInText } from './changeInText.ts';
import type { Finding, Fix, PathStep, Problem, Range } from './problem.ts';
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
  'model-or-config',
]);

/** Finds the text of a finding: its value or key, or the key of the mapping around it where it is not written. */
export function placed(
  { code, severity = 'error', message, path, related, fixes: proposed = [] }: Finding,
  tree: YamlNode,
): Problem {
  const isAboutKey = ABOUT_KEYS.has(code);
  const { node, rest } = nearestNode(tree, path);
  const range = rest.length > 0 ? node.keyRange : rangeOf(node, isAboutKey);
  const places = related?.flatMap(({ path: other, message }) => {
    const { node, rest } = nearestNode(tree, other);
    return rest.length > 0 ? [] : [{ range: rangeOf(node, isAboutKey), message }];
  });
  const fixes = proposed.flatMap((fix) => fixInText(fix, tree));
  return {
    ...{ code, severity, message, range, path: joined(node.path, rest) },
    ...(places === undefined || places.length === 0 ? {} : { related: places }),
    ...(fixes.length > 0 && { fixes }),
  };
}

/** None where the text has not what it changes. */
function fixInText({ title, changes }: Fix, tree: YamlNode): Fix[] {
  const inText = changes.map((change) => changeInText(change, tree));
  return inText.every((change) => change !== undefined) ? [{ title, changes: inText }] : [];
}

/** Where a path of a configuration leads in the text. */
export function stepsInText(path: readonly PathStep[], tree: YamlNode): readonly PathStep[] {
  const { node, rest } = nearestNode(tree, path);
  return [...node.steps, ...rest];
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

/** The value, or its key where the value takes several lines. */
function rangeOf(node: YamlNode, isAboutKey: boolean): Range {
  const isWide = node.kind !== 'scalar' && node.range.start.line !== node.range.end.line;
  return isWide || isAboutKey ? node.keyRange : node.range;
}

function joined(path: string, rest: readonly PathStep[]): string {
  return [...(path === '' ? [] : [path]), ...rest].join('.');
}
