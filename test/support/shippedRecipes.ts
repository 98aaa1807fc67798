import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

export interface ShippedRecipe {
  /** Path in the repository, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** Every recipe that the repository or the extension brings along. */
export const shippedRecipes: readonly ShippedRecipe[] = ['recipes', 'media/sample'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.peft.yaml') && !/(^|[\\/])run[\\/]/.test(name))
    .sort()
    .map((name) => {
      const path = `${folder}/${name.replaceAll('\\', '/')}`;
      return { path, text: readFileSync(join(root, path), 'utf8') };
    }),
);

/** Without those of the paper and of docs/results.md, which are long and alike: for tests of many rounds. */
export const differentRecipes = shippedRecipes.filter(
  ({ path }) => !/^recipes\/(paper|results)\//.test(path),
);
