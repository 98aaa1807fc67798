import { pathToFileURL } from 'node:url';
import type { DocumentLink } from 'vscode-languageserver/node';
import type { RecipePlace } from '../facts/recipePlace.ts';
import { referencesIn } from '../recipe/references.ts';
import { readYaml } from '../recipe/yamlDocument.ts';
import { referredFile } from './referredFile.ts';

/** A link for each data file and model of a recipe that is there, and may be looked at. */
export async function linksOf(text: string, place: RecipePlace): Promise<DocumentLink[]> {
  const { root } = readYaml(text);
  if (root?.kind !== 'map') return [];
  const links = referencesIn(root).map(async (reference) => {
    const file = await referredFile(reference, place);
    return file === undefined ? [] : [{ range: reference.range, target: pathToFileURL(file).href }];
  });
  return (await Promise.all(links)).flat();
}
