import type { Json } from '../core/json.ts';
import type { PathStep, Range } from './problem.ts';

/**
 * A value of a recipe together with its place in the text. Variants and grid points are merged as such trees, so that a
 * problem of any configuration still points at the text it comes from.
 */
export type YamlNode = YamlScalar | YamlMap | YamlList;

interface Placed {
  /** Keys and indices that lead to the value in the text, or to where it would stand, were it written. */
  readonly steps: readonly PathStep[];
  /** Those that lead to what is written, joined by dots. */
  readonly path: string;
  /** The value, or its key where the value is empty. */
  readonly range: Range;
  /** The key that holds the value; the value's own range for items of lists and the whole document. */
  readonly keyRange: Range;
}

export interface YamlScalar extends Placed {
  readonly kind: 'scalar';
  readonly value: null | boolean | number | string;
  /** As it is written, without quotes. */
  readonly text: string;
}

export interface YamlMap extends Placed {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, YamlNode>;
}

export interface YamlList extends Placed {
  readonly kind: 'list';
  readonly items: readonly YamlNode[];
}

/** A mapping as itself, nothing as an empty mapping. */
export function asMap(node: YamlNode): YamlMap | undefined {
  if (node.kind === 'map') return node;
  return node.kind === 'scalar' && node.value === null ? emptyMap(node) : undefined;
}

/** The value without its places. */
export function plainOf(node: YamlNode): Json {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plainOf);
  return Object.fromEntries([...node.entries].map(([key, value]) => [key, plainOf(value)]));
}

export function childOf(node: YamlNode, step: PathStep): YamlNode | undefined {
  if (node.kind === 'map') return node.entries.get(String(step));
  return node.kind === 'list' ? node.items[Number(step)] : undefined;
}

/** What stands at the path, or the nearest value around it and the `rest` of the path that leads to nothing. */
export function nearestNode(
  root: YamlNode,
  path: readonly PathStep[],
): { readonly node: YamlNode; readonly rest: readonly PathStep[] } {
  let node = root;
  for (const [depth, step] of path.entries()) {
    const child = childOf(node, step);
    if (child === undefined) return { node, rest: path.slice(depth) };
    node = child;
  }
  return { node, rest: [] };
}

/** `overlay` over `base`: mappings merge, save those under `replacedWhole`; everything else is replaced. */
export function merged(base: YamlMap, overlay: YamlMap, replacedWhole: readonly string[] = []): YamlMap {
  const entries = new Map(base.entries);
  for (const [key, above] of overlay.entries) {
    const below = entries.get(key);
    const map = asMap(above);
    const merges = below?.kind === 'map' && map !== undefined && !replacedWhole.includes(key);
    entries.set(key, merges ? merged(below, map) : above);
  }
  return { ...overlay, entries };
}

/** `map` with its entries chosen by key. */
export function withKeys(map: YamlMap, isWanted: (key: string) => boolean): YamlMap {
  return { ...map, entries: new Map([...map.entries].filter(([key]) => isWanted(key))) };
}

/**
 * `root` with `value` at the path, whose last key may be new. Undefined where the path leads through something that is not
 * there and that `mayCreate` does not allow to be made.
 */
export function withValue(
  root: YamlNode,
  path: readonly string[],
  value: YamlNode,
  mayCreate: (path: readonly string[]) => boolean,
): YamlNode | undefined {
  return at(root, 0);

  function at(node: YamlNode, depth: number): YamlNode | undefined {
    if (depth === path.length) return value;
    const step = path[depth];
    if (node.kind === 'list') {
      const child =
        /^\d+$/.test(step) && Number(step) < node.items.length
          ? at(node.items[Number(step)], depth + 1)
          : undefined;
      return (
        child && { ...node, items: node.items.map((item, index) => (index === Number(step) ? child : item)) }
      );
    }
    const map = asMap(node);
    if (map === undefined) return undefined;
    const isNew = depth + 1 === path.length || mayCreate(path.slice(0, depth + 1));
    const below = map.entries.get(step) ?? (isNew ? emptyMap(value) : undefined);
    const child = below && at(below, depth + 1);
    return child && { ...map, entries: new Map(map.entries).set(step, child) };
  }
}

function emptyMap({ steps, path, range, keyRange }: YamlNode): YamlMap {
  return { kind: 'map', entries: new Map(), steps, path, range, keyRange };
}
