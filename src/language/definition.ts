import { pathToFileURL } from 'node:url';
import type { Location } from 'vscode-languageserver/node';
import type { RecipePlace } from '../facts/recipePlace.ts';
import type { Range } from '../recipe/problem.ts';
import { covers } from '../recipe/ranges.ts';
import { referencesIn } from '../recipe/references.ts';
import { readYaml } from '../recipe/yamlDocument.ts';
import { referredFile } from './referredFile.ts';
import type { RecipeText } from './workspace.ts';

const START: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** What the model, file, variant or path of the grid at a position means. @param place absent where no file may be looked at */
export async function definitionAt(
  { uri, text }: RecipeText,
  position: Range['start'],
  place: RecipePlace | undefined,
): Promise<Location[]> {
  const { root } = readYaml(text);
  const reference =
    root?.kind === 'map' ? referencesIn(root).find(({ range }) => covers(range, position)) : undefined;
  if (reference === undefined) return [];
  if (reference.kind === 'places') return reference.places.map((range) => ({ uri, range }));
  const file = place && (await referredFile(reference, place));
  return file === undefined ? [] : [{ uri: pathToFileURL(file).href, range: START }];
}
