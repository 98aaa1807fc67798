import { readdir, stat } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { readers } from '../data/readers.ts';
import type { RecipePlace } from '../facts/recipePlace.ts';
import { isWithin } from '../files/within.ts';
import { isModelPath } from '../core/modelId.ts';
import type { Offer } from './offer.ts';

/** Of a folder with more, the first. */
const MAX_LISTED = 500;

/** Folders and data files, beside the recipe or in the folder that is written so far. */
export async function fileOffers(word: string, place: RecipePlace): Promise<Offer[]> {
  const formats = readers.map(({ format }) => `.${format}`);
  const found = await listed(word, place);
  return found.flatMap(({ path, isFolder }): Offer[] => {
    if (isFolder) return [{ value: `${path}/`, detail: 'folder', goesOn: true }];
    return formats.includes(extname(path).toLowerCase()) ? [{ value: path, detail: 'data file' }] : [];
  });
}

/** Folders with a model, and, once a path is written, those that lead on. */
export async function modelFolderOffers(word: string, place: RecipePlace): Promise<Offer[]> {
  const folders = (await listed(word, place)).filter(({ isFolder }) => isFolder);
  const offers = folders.map(async ({ path, full }): Promise<Offer[]> => {
    const config = join(full, 'config.json');
    const hasConfig =
      (await isWithin(config, place.within)) &&
      (await stat(config).then(
        (found) => found.isFile(),
        () => false,
      ));
    const value = isModelPath(path) ? path : `./${path}`;
    if (hasConfig) return [{ value, detail: 'model in a folder' }];
    return isModelPath(word) ? [{ value: `${value}/`, detail: 'folder', goesOn: true }] : [];
  });
  return (await Promise.all(offers)).flat();
}

interface Listed {
  /** As a recipe writes it. */
  readonly path: string;
  readonly full: string;
  readonly isFolder: boolean;
}

/** What lies in the folder that the word leads to; nothing where that may not be looked at or is none. */
async function listed(word: string, { recipeDir, within }: RecipePlace): Promise<Listed[]> {
  const folder = word.slice(0, word.lastIndexOf('/') + 1);
  const dir = resolve(recipeDir, folder);
  if (!(await isWithin(dir, within))) return [];
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  const showsHidden = word.slice(folder.length).startsWith('.');
  const wanted = entries.filter(({ name }) => !name.startsWith('.') || showsHidden).slice(0, MAX_LISTED);
  const kinds = wanted.map(async (entry): Promise<Listed[]> => {
    const full = join(dir, entry.name);
    const path = folder + entry.name;
    if (!entry.isSymbolicLink()) return [{ path, full, isFolder: entry.isDirectory() }];
    if (!(await isWithin(full, within))) return [];
    const target = await stat(full).catch(() => undefined);
    return target === undefined ? [] : [{ path, full, isFolder: target.isDirectory() }];
  });
  return (await Promise.all(kinds)).flat();
}
