import { advise } from '../evidence/advise.ts';
import type { RecipeDescription } from '../protocol/language.ts';
import { checkRecipe } from '../recipe/check.ts';
import type { Draft } from '../recipe/expand.ts';
import type { Facts } from '../recipe/facts.ts';
import type { Problem } from '../recipe/problem.ts';
import type { Recipe } from '../recipe/recipe.ts';
import type { YamlMap, YamlNode } from '../recipe/yamlNode.ts';

/** A recipe as far as it can be read. */
export interface Reading {
  readonly root: YamlMap;
  /** Its configurations, with their places in the text. */
  readonly drafts: readonly Draft[];
  /** Of a draft that has no label. */
  readonly name: string;
  /** Absent where the text has errors. Its configurations are those of the drafts, in their order. */
  readonly recipe?: Recipe;
  /** What is known of its models and data. */
  readonly facts: Facts;
}

/**
 * The variants that each problem concerns: of those that have what stands at its place, the ones in which it is found where each is looked
 * at alone; all of them where it is not found so. What concerns the recipe as a whole concerns none.
 */
export function concernedBy(
  problems: readonly Problem[],
  { root, drafts, name, recipe, facts }: Reading,
): NonNullable<RecipeDescription['concerned']> {
  const written = placesIn(root);
  const own = drafts.map(({ label = name, tree }, index) => ({ index, label, places: placesIn(tree) }));
  const known = new Map<number, readonly Problem[]>();
  const isFoundIn = (problem: Problem, index: number) => {
    const found = known.get(index) ?? (recipe === undefined ? [] : foundIn(recipe, [index], facts));
    known.set(index, found);
    return found.some((each) => isSame(problem, each));
  };
  const ofWhole = recipe === undefined ? [] : foundIn(recipe, [], facts);
  const variantsOf = (problem: Problem) => {
    if (ofWhole.some((each) => isSame(problem, each))) return [];
    const place = nearest(problem.path, written);
    // What the whole text lacks, every variant lacks.
    const having = own.filter(({ places }) => place === '' || places.has(place));
    if (having.length < 2) return having;
    const finding = having.filter(({ index }) => isFoundIn(problem, index));
    return finding.length > 0 ? finding : having;
  };
  return problems.map((problem) => ({
    path: problem.path,
    message: problem.message,
    variants: variantsOf(problem).map(({ label }) => label),
  }));
}

/** What is found where these are the only configurations. */
function foundIn(recipe: Recipe, indices: readonly number[], facts: Facts): Problem[] {
  const some = {
    ...recipe,
    configurations: indices.map((index) => recipe.configurations[index]),
    trees: indices.map((index) => recipe.trees[index]),
  };
  return [...checkRecipe(some, facts), ...advise(some, facts)];
}

/** What the user's own runs showed may follow the words of an advice. */
function isSame(problem: Problem, found: Problem): boolean {
  return (
    problem.code === found.code && problem.path === found.path && problem.message.startsWith(found.message)
  );
}

/** The path itself, or that of the nearest value around it which is written; '' for the whole. */
function nearest(path: string, written: ReadonlySet<string>): string {
  if (written.has(path) || path === '') return path;
  return nearest(path.slice(0, Math.max(0, path.lastIndexOf('.'))), written);
}

function placesIn(node: YamlNode, places = new Set<string>()): Set<string> {
  places.add(node.path);
  const inner = node.kind === 'map' ? node.entries.values() : node.kind === 'list' ? node.items : [];
  for (const each of inner) placesIn(each, places);
  return places;
}
