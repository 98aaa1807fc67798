import type { Json, JsonObject } from '../../core/json.ts';
import { headOnly } from '../../peft/headOnly.ts';
import { lnTuning } from '../../peft/lnTuning.ts';
import { presets } from '../../recipe/presets.ts';
import { withUnionsExpanded } from '../../recipe/unions.ts';
import { nearestNode, plainOf } from '../../recipe/yamlNode.ts';
import type { Action } from './action.ts';

/** Splits a recipe without variants into what the paper compares: the parts of LN-tuning, or those of a union. Every field that is written stays. */
export const splitIntoVariants: Action = ({ recipe, isAt }) => {
  if (recipe.root.entries.has('variants') || !isAt('methods')) return [];
  // As it is written: a value of the grid changes each variant anyhow.
  const shared = withUnionsExpanded(recipe.root);
  const methods = plainOf(nearestNode(shared, ['methods']).node) as Record<string, Json>;
  if (!Object.hasOwn(methods, lnTuning.id)) return [];
  const norms = methods[lnTuning.id] ?? {};
  const isUnion = Object.keys(methods).length > 1;
  // Several uses are a comparison of their own.
  if (!isUnion && Array.isArray(norms)) return [];
  const value: JsonObject = {
    ...(isUnion ? unionParts(methods) : lnParts(norms as JsonObject)),
    'head only': { methods: { [headOnly.id]: {} } },
  };
  const title = isUnion
    ? 'Split into variants: each method, each pair, and all of them'
    : "Split into variants: the paper's ablation of LN-tuning";
  return [{ title, changes: [{ path: ['variants'], value }] }];
};

/** The presets that change which parts of the LayerNorms are trained, each with the other fields that are written; of equal ones the last. */
function lnParts(written: JsonObject): JsonObject {
  const ablation = presets.filter(
    ({ methods, variants }) =>
      variants === undefined && Object.keys(methods as object).join() === lnTuning.id,
  );
  const parts = new Map(
    ablation.map(({ title, methods }) => {
      const fields = { ...written, ...(methods as Record<string, JsonObject>)[lnTuning.id] };
      const value = { methods: { [lnTuning.id]: fields } };
      return [JSON.stringify(Object.entries(fields).sort()), [title, value]];
    }),
  );
  return Object.fromEntries(parts.values());
}

/** Every combination of the methods, the smaller ones first. */
function unionParts(methods: Readonly<Record<string, Json>>): JsonObject {
  const ids = Object.keys(methods);
  const subsets = Array.from({ length: 2 ** ids.length - 1 }, (_, i) =>
    ids.filter((_, bit) => (i + 1) & (1 << bit)),
  );
  const chosen = subsets
    .filter(({ length }) => length <= 2 || length === ids.length)
    .sort((a, b) => a.length - b.length);
  return Object.fromEntries(
    chosen.map((subset) => {
      const part = Object.fromEntries(subset.map((id) => [id, methods[id]]));
      return [subset.join(' + '), { methods: part }];
    }),
  );
}
