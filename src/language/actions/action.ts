import type { Facts } from '../../recipe/facts.ts';
import type { Fix } from '../../recipe/problem.ts';
import type { Configuration, Recipe } from '../../recipe/recipe.ts';
import type { YamlMap } from '../../recipe/yamlNode.ts';

/** Where the caret is: in a recipe without errors, in the text of one of its configurations. */
export interface ActionContext {
  readonly recipe: Recipe;
  readonly facts: Facts;
  /** The one that the text at the caret belongs to; of several, the first. */
  readonly configuration: Configuration;
  /** Its values with their places. */
  readonly tree: YamlMap;
  /** Whether the caret is in or on the value at a path of the configuration. */
  isAt(...path: readonly (string | number)[]): boolean;
}

/** What can be done at a place, whether anything is wrong there or not: changes with paths of the text. */
export type Action = (context: ActionContext) => Fix[];
