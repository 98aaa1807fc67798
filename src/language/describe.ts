import type { RecipeDescription } from '../protocol/language.ts';
import { expand } from '../recipe/expand.ts';
import { modelFields, type Facts } from '../recipe/facts.ts';
import { nameOf, type parseRecipe } from '../recipe/parse.ts';
import type { Problem } from '../recipe/problem.ts';
import { readYaml } from '../recipe/yamlDocument.ts';
import { plainOf } from '../recipe/yamlNode.ts';
import type { YamlMap } from '../recipe/yamlNode.ts';
import { concernedBy } from './concernedBy.ts';

/** What is known of the model that a recipe names. */
export type ModelState = Pick<RecipeDescription, 'modelDir' | 'modelProblem'>;

/**
 * What a recipe says about itself, as far as it can be read.
 * @param problems all that are known, with those of model and data
 * @param facts tell variants apart that have a place of the text in common, and differ in what is found there
 */
export function describe(
  text: string,
  fileName: string,
  { recipe }: ReturnType<typeof parseRecipe>,
  problems: readonly Problem[],
  modelState: ModelState,
  facts: Facts,
): RecipeDescription {
  const { root } = readYaml(text);
  const map = root?.kind === 'map' ? root : undefined;
  const written = map === undefined ? {} : (plainOf(map) as Record<string, unknown>);
  const name = recipe?.name ?? (typeof written.name === 'string' ? written.name : nameOf(fileName));
  const drafts = map === undefined ? [] : expand(map).drafts;
  const named = modelFields.map((field) => written[field]).find((value) => typeof value === 'string');
  const model = named ?? recipe?.configurations[0].model;
  return {
    name,
    variants:
      recipe?.configurations.map(({ variant }) => variant) ?? drafts.map(({ label }) => label ?? name),
    seeds: recipe?.seeds ?? [],
    ...(model === undefined ? {} : { model }),
    ...modelState,
    errors: problems.filter(({ severity }) => severity === 'error').length,
    warnings: problems.filter(({ severity }) => severity === 'warning').length,
    ...(map === undefined || problems.length === 0
      ? {}
      : { concerned: concernedBy(problems, { root: map, drafts, name, recipe, facts }) }),
    ...(map === undefined ? {} : { values: plainOf(map) }),
    places: placesOf(map),
  };
}

function placesOf(map: YamlMap | undefined): RecipeDescription['places'] {
  const lines = (['training', 'methods', 'model'] as const).flatMap((key) => {
    const entry = map?.entries.get(key);
    return entry === undefined ? [] : [[key, entry.keyRange.start.line]];
  });
  return Object.fromEntries(lines) as RecipeDescription['places'];
}
