import { dataFields, modelFields, type ModelRequest } from './facts.ts';
import type { Range } from './problem.ts';
import { asMap, nearestNode } from './yamlNode.ts';
import type { YamlMap, YamlNode, YamlScalar } from './yamlNode.ts';

/** A value or key of a recipe that names something which stands elsewhere. */
export type Reference = { readonly range: Range } & (
  | { readonly kind: 'model'; readonly model: ModelRequest }
  | { readonly kind: 'file'; readonly file: string }
  /** Places in the same text. */
  | { readonly kind: 'places'; readonly places: readonly Range[] }
);

/** Everything in a recipe that names a model, a data file, a variant, or a field. Pure; right however much of the recipe is. */
export function referencesIn(recipe: YamlMap): Reference[] {
  const variants = recipe.entries.get('variants');
  const sections = [recipe, ...(variants?.kind === 'map' ? variants.entries.values() : [])].flatMap(
    (node) => asMap(node) ?? [],
  );
  const grid = gridEntries(recipe);
  return [
    ...sections.flatMap((section) => [
      ...modelFields.flatMap((field) =>
        modelReferences(
          section.entries.get(field),
          section.entries.get('revision') ?? recipe.entries.get('revision'),
        ),
      ),
      ...dataFields.flatMap((field) => fileReferences(nearest(section, ['task', field]))),
    ]),
    ...grid.flatMap(([path, values]) => [
      ...placeReferences(
        values.keyRange,
        sections.flatMap((section) => nearest(section, path.split('.')) ?? []),
      ),
      ...itemsOf(values).flatMap((value) => gridValueReferences(path, value, recipe)),
    ]),
    ...baselineReferences(nearest(recipe, ['report', 'baseline']), variants),
  ];
}

function gridEntries({ entries }: YamlMap): [string, YamlNode][] {
  const grid = entries.get('grid');
  const tables = grid === undefined ? [] : grid.kind === 'list' ? grid.items : [grid];
  return tables.flatMap((table) => (table.kind === 'map' ? [...table.entries] : []));
}

function gridValueReferences(path: string, value: YamlNode, recipe: YamlMap): Reference[] {
  if (modelFields.some((field) => path === field))
    return modelReferences(value, recipe.entries.get('revision'));
  return dataFields.some((field) => path === `task.${field}`) ? fileReferences(value) : [];
}

function modelReferences(node: YamlNode | undefined, revision: YamlNode | undefined): Reference[] {
  if (!isText(node)) return [];
  const model = { model: node.value, ...(isText(revision) && { revision: revision.value }) };
  return [{ range: node.range, kind: 'model', model }];
}

function fileReferences(node: YamlNode | undefined): Reference[] {
  return isText(node) ? [{ range: node.range, kind: 'file', file: node.value }] : [];
}

function placeReferences(range: Range, targets: readonly YamlNode[]): Reference[] {
  const places = targets.map(({ keyRange }) => keyRange);
  return places.length === 0 ? [] : [{ range, kind: 'places', places }];
}

/** A configuration is named by its variant, which the values of the grid follow. */
function baselineReferences(node: YamlNode | undefined, variants: YamlNode | undefined): Reference[] {
  if (!isText(node) || variants?.kind !== 'map') return [];
  const named = [...variants.entries].filter(([name]) => `${node.value}, `.startsWith(`${name}, `));
  const longest = named.sort(([a], [b]) => b.length - a.length).slice(0, 1);
  return placeReferences(
    node.range,
    longest.map(([, variant]) => variant),
  );
}

/** What is written at a path. */
function nearest(root: YamlNode, path: readonly string[]): YamlNode | undefined {
  const { node, rest } = nearestNode(root, path);
  return rest.length > 0 ? undefined : node;
}

function itemsOf(node: YamlNode): readonly YamlNode[] {
  return node.kind === 'list' ? node.items : [];
}

function isText(node: YamlNode | undefined): node is YamlScalar & { readonly value: string } {
  return node?.kind === 'scalar' && typeof node.value === 'string' && node.value !== '';
}
