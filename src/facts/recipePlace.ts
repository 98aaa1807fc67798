/** Where the names of a recipe lead. */
export interface RecipePlace {
  readonly recipeDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folders outside of which nothing is looked at, links followed; absent where everything may be. */
  readonly within?: readonly string[];
}
