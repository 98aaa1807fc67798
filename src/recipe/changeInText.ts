import type { Change, PathStep } from './problem.ts';
import { nearestNode, type YamlNode } from './yamlNode.ts';

const VARIANTS = 'variants';
const GRID = 'grid';
/** A variant's own stand instead of those of the recipe. */
const METHODS = 'methods';

/**
 * A change of a configuration as one of the text. An entry that the grid fills in is renamed, moved and removed as a path of the grid.
 * Undefined where an entry that is to go, or to have another name, is not written by itself: as a part of a union, or as a default.
 */
export function changeInText(change: Change, tree: YamlNode): Change | undefined {
  const { node, rest } = nearestNode(tree, change.path);
  const path = [...node.steps, ...rest];
  if ('value' in change && change.value !== undefined) return { path, value: change.value };

  if (rest.length > 0 || node.path !== node.steps.join('.')) return undefined;
  if (path[0] === GRID) return changeOfGrid(change, path);
  const isInPlace = change.path.slice(-2).every((step, i, tail) => step === path.at(i - tail.length));
  if (!isInPlace) return undefined;
  if ('newKey' in change) return { path, newKey: change.newKey };
  if ('newPath' in change) {
    const newPath = newPathOf(change.newPath, path, tree);
    return newPath && { path, newPath };
  }
  return { path };
}

/** What stands in a variant stays in it; undefined where it would there take the place of methods that all share. */
function newPathOf(
  to: readonly PathStep[],
  from: readonly PathStep[],
  tree: YamlNode,
): readonly PathStep[] | undefined {
  if (from[0] !== VARIANTS) return to;
  const { node, rest } = nearestNode(tree, to);
  if (node.steps[0] === VARIANTS) return [...node.steps, ...rest];
  return to[0] === METHODS ? undefined : [...from.slice(0, 2), ...to];
}

/** The grid has the whole path as one key. */
function changeOfGrid(change: Change, steps: readonly PathStep[]): Change | undefined {
  const depth = steps.findIndex((step, i) => i > 0 && typeof step === 'string');
  const path = steps.slice(0, depth + 1);
  const [last, ...before] = String(steps[depth]).split('.').reverse();
  if (last !== String(change.path.at(-1))) return undefined; // inside of a value of the grid
  if ('newKey' in change) return { path, newKey: [...before.reverse(), change.newKey].join('.') };
  if ('newPath' in change) return { path, newKey: change.newPath.join('.') };
  return { path };
}
