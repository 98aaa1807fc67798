import type { Environment } from '../core/environment.ts';

/** Where the names of a recipe lead. */
export interface RecipePlace {
  readonly recipeDir: string;
  readonly env: Environment;
  /** Folders outside of which nothing is looked at, links followed; absent where everything may be. */
  readonly within?: readonly string[];
}
