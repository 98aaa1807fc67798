import { meantBy } from './didYouMean.ts';
import { configurationFields, fieldAt, namesIn } from './fields.ts';
import { removed } from './fixes.ts';
import type { Fix, PathStep } from './problem.ts';
import { childOf, type YamlNode } from './yamlNode.ts';

/**
 * The path of a field that was probably meant by one of the grid that reaches none; else its end.
 * @param reaches whether a path leads to something in a variant
 */
export function gridFixes(
  { path, values }: { readonly path: string; readonly values: YamlNode },
  recipe: YamlNode,
  reaches: (path: string) => boolean,
): Fix[] {
  const meant = meantPath(path);
  const isNew = meant !== undefined && [...siblingsOf(values, recipe)].every((other) => other !== meant);
  if (isNew && reaches(meant))
    return [{ title: `Change to "${meant}"`, changes: [{ path: values.steps, newKey: meant }] }];
  return [{ ...removed([path]), changes: [{ path: emptied(values.steps, recipe) }] }];
}

/** Each step that names no field by the name that is near it. */
function meantPath(path: string): string | undefined {
  const steps: string[] = [];
  for (const step of path.split('.')) {
    const isField = fieldAt(configurationFields, [...steps, step]) !== undefined;
    const meant = isField ? step : meantBy(step, namesIn(fieldAt(configurationFields, steps)));
    if (meant === undefined) return undefined;
    steps.push(meant);
  }
  const meant = steps.join('.');
  return meant === path ? undefined : meant;
}

/** Of what would be left empty, the outermost. */
function emptied(steps: readonly PathStep[], recipe: YamlNode): readonly PathStep[] {
  const around = steps.slice(0, -1);
  return around.length > 0 && sizeAt(around, recipe) === 1 ? emptied(around, recipe) : steps;
}

function sizeAt(steps: readonly PathStep[], recipe: YamlNode): number {
  const node = nodeAt(steps, recipe);
  return node?.kind === 'map' ? node.entries.size : node?.kind === 'list' ? node.items.length : 0;
}

function siblingsOf({ steps }: YamlNode, recipe: YamlNode): Iterable<string> {
  const node = nodeAt(steps.slice(0, -1), recipe);
  return node?.kind === 'map' ? node.entries.keys() : [];
}

function nodeAt(steps: readonly PathStep[], recipe: YamlNode): YamlNode | undefined {
  return steps.reduce<YamlNode | undefined>((node, step) => node && childOf(node, step), recipe);
}
