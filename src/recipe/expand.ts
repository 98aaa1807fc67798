import { didYouMean } from './didYouMean.ts';
import { configurationFields, fieldAt, namesIn } from './fields.ts';
import { gridFixes } from './gridFixes.ts';
import type { Problem } from './problem.ts';
import type { ProblemCode } from './problemCodes.ts';
import { asMap, merged, plainOf, withKeys, withValue } from './yamlNode.ts';
import type { YamlList, YamlMap, YamlNode } from './yamlNode.ts';

/** Far more than anybody waits for; a slip in a grid is found before its configurations are made. */
export const MAX_RUNS = 1000;

/** One configuration of a recipe before it is checked. */
export interface Draft {
  /** The variant's name with the grid's values; undefined where the recipe has neither. */
  readonly label?: string;
  readonly tree: YamlMap;
  /** What in the text tells it from the others: its variant, and its values of the grid. */
  readonly from: readonly YamlNode[];
}

interface Assignment {
  readonly path: string;
  readonly value: YamlNode;
}

/**
 * The configurations that a recipe stands for: each variant merged over the rest, times the points of the grid. A path of
 * the grid leaves alone the variants that lack what it leads through (`methods.prefix_tuning...` a variant without prefix).
 */
export function expand(recipe: YamlMap): {
  readonly drafts: readonly Draft[];
  readonly problems: readonly Problem[];
} {
  const base = withKeys(recipe, (key) => namesIn(configurationFields).includes(key));
  const variants = variantsOf(recipe, base);
  const grid = recipe.entries.get('grid');
  const seeds = recipe.entries.get('seeds');
  const tables = tablesOf(grid);
  const points = tables.reduce(
    (sum, table) => sum + table.reduce((product, { values }) => product * values.items.length, 1),
    0,
  );
  const runs = variants.length * Math.max(1, points) * (seeds?.kind === 'list' ? seeds.items.length : 1);
  if (runs > MAX_RUNS) {
    const message = `expected at most ${MAX_RUNS} runs, found up to ${runs}: variants x grid x seeds`;
    return { drafts: variants, problems: [problemAt(grid ?? seeds ?? recipe, 'too-many-runs', message)] };
  }
  if (grid === undefined || points === 0) return { drafts: variants, problems: [] };

  const used = new Set<string>();
  const drafts = variants.flatMap((variant) => pointsOf(variant, tables, used));
  const unused = tables.flat().filter(({ path }) => !used.has(path));
  const reaches = (path: string) =>
    variants.some(({ tree }) => withValue(tree, path.split('.'), grid, hasDefault) !== undefined);
  const problems = unused.map(({ path, values }) => ({
    ...problemAt(values, 'unused-grid-path', faultOf(path.split('.'))),
    fixes: gridFixes({ path, values }, recipe, reaches),
  }));
  return { drafts, problems: [...problems, ...sameLabels(drafts, grid)] };
}

function variantsOf(recipe: YamlMap, base: YamlMap): Draft[] {
  const variants = recipe.entries.get('variants');
  if (variants?.kind !== 'map' || variants.entries.size === 0) return [{ tree: base, from: [] }];
  return [...variants.entries].flatMap(([label, node]) => {
    const overlay = asMap(node);
    return overlay === undefined ? [] : [{ label, tree: merged(base, overlay, ['methods']), from: [node] }];
  });
}

/** One mapping of the grid: its paths in order, each with its values. */
type Table = readonly { readonly path: string; readonly values: YamlList }[];

function tablesOf(grid: YamlNode | undefined): Table[] {
  const maps = grid?.kind === 'list' ? grid.items : grid === undefined ? [] : [grid];
  return maps.flatMap((map) => {
    if (map.kind !== 'map') return [];
    return [[...map.entries].flatMap(([path, values]) => (values.kind === 'list' ? [{ path, values }] : []))];
  });
}

function pointsOf({ label, tree, from }: Draft, tables: readonly Table[], used: Set<string>): Draft[] {
  const nameOf = shortNames(tables.flat().map(({ path }) => path));
  const drafts = new Map<string, Draft>();
  for (const point of tables.flatMap(product)) {
    let changed = tree;
    const applied: Assignment[] = [];
    for (const assignment of point) {
      const next = withValue(changed, assignment.path.split('.'), assignment.value, hasDefault);
      if (next?.kind !== 'map') continue;
      changed = next;
      used.add(assignment.path);
      applied.push(assignment);
    }
    const identity = JSON.stringify(applied.map(({ path, value }) => [path, plainOf(value)]));
    const values = applied.map(({ path, value }) => `${nameOf(path)}=${flow(value)}`);
    const name = [...(label === undefined ? [] : [label]), ...values].join(', ');
    if (!drafts.has(identity))
      drafts.set(identity, {
        ...(name === '' ? {} : { label: name }),
        tree: changed,
        from: [...from, ...applied.map(({ value }) => value)],
      });
  }
  return [...drafts.values()];
}

/** All combinations; the first path varies slowest. */
function product(table: Table): Assignment[][] {
  return table.reduce<Assignment[][]>(
    (points, { path, values }) =>
      points.flatMap((point) =>
        values.items.map((value) => [...point, { path, value: { ...value, keyRange: values.keyRange } }]),
      ),
    [[]],
  );
}

/** Whether the grid may fill in a mapping that is not written: where it has a default, absence is not a choice. */
function hasDefault(path: readonly string[]): boolean {
  const field = fieldAt(configurationFields, path);
  return field?.default !== undefined || field?.otherwise !== undefined;
}

/** Why a path of the grid reaches nothing. */
function faultOf(path: readonly string[]): string {
  const depth = path.findIndex(
    (_, index) => fieldAt(configurationFields, path.slice(0, index + 1)) === undefined,
  );
  if (depth < 0)
    return `no variant has "${path.slice(0, -1).join('.')}", so this path of the grid changes nothing`;
  const names = namesIn(fieldAt(configurationFields, path.slice(0, depth)));
  const hint = didYouMean(path[depth], names, names.length === 0 ? '' : `expected ${names.join(', ')}`);
  return `the grid's path names no field: there is no "${path.slice(0, depth + 1).join('.')}"${hint}`;
}

function sameLabels(drafts: readonly Draft[], grid: YamlNode): Problem[] {
  const labels = drafts.map(({ label }) => label);
  const twice = new Set(labels.filter((label, index) => labels.indexOf(label) !== index));
  return [...twice].map((label) => ({
    ...problemAt(grid, 'same-variant', `two configurations would be named "${label}"`),
    related: differences(drafts.filter((draft) => draft.label === label)),
  }));
}

/** Where configurations of one name come from, save for what they share. */
function differences(drafts: readonly Draft[]): NonNullable<Problem['related']> {
  const isIn = ({ from }: Draft, { path }: YamlNode) => from.some((node) => node.path === path);
  return drafts.flatMap((draft) =>
    draft.from
      .filter((node) => !drafts.every((other) => isIn(other, node)))
      .map((node) => ({
        range: node.kind === 'map' ? node.keyRange : node.range,
        message: 'one of them comes from here',
      })),
  );
}

/** The last step of a path, or all of it where another path ends alike. */
function shortNames(paths: readonly string[]): (path: string) => string {
  const lastOf = (path: string) => path.slice(path.lastIndexOf('.') + 1);
  return (path) =>
    paths.some((other) => other !== path && lastOf(other) === lastOf(path)) ? path : lastOf(path);
}

/** A value as it stands in a label. */
export function flow(node: YamlNode): string {
  if (node.kind === 'list') return `[${node.items.map(flow).join(', ')}]`;
  if (node.kind === 'map')
    return `{${[...node.entries].map(([key, value]) => `${key}: ${flow(value)}`).join(', ')}}`;
  return typeof node.value === 'string' ? node.value.replace(/\p{Cc}+/gu, ' ') : node.text;
}

function problemAt(node: YamlNode, code: ProblemCode, message: string): Problem {
  return { code, severity: 'error', message, range: node.keyRange, path: node.path };
}
