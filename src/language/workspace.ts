import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Environment } from '../core/environment.ts';
import type { RecipePlace } from '../facts/recipePlace.ts';
import type { AdviceLevels } from '../evidence/rule.ts';
import { cacheRoot } from '../hub/environment.ts';

/** Where recipes are edited, and what may be looked at there. */
export interface Workspace {
  /** What the user wants of each rule of advice. */
  readonly advice?: AdviceLevels;
  /** Paths of the open folders; relative paths of a recipe that is not saved start at the first. */
  readonly folders: readonly string[];
  /** Whether files outside of the folders may be looked at. The hub's cache always may: no recipe chooses where that is. */
  readonly trusted: boolean;
  /** Where the user's runs lie. */
  readonly runsFolders?: readonly string[];
  readonly env: Environment;
  /** The client's command that turns off a rule of advice, where it has one. */
  readonly turnOffAdvice?: string;
  /** URI of the recipe reference, where the client has it. */
  readonly reference?: string;
}

/** A recipe's text as it stands in the editor. */
export interface RecipeText {
  readonly uri: string;
  readonly text: string;
}

/** Where a document's relative paths start; undefined for one that is neither a file nor to become one: no other file is looked at for it. */
export function placeOf(uri: string, { folders, trusted, env }: Workspace): RecipePlace | undefined {
  const file = fileOf(uri);
  const isUntitled = uri.startsWith('untitled:');
  if (file === undefined && !isUntitled) return undefined;
  return {
    recipeDir: file === undefined ? (folders[0] ?? homedir()) : dirname(file),
    env,
    ...(trusted ? {} : { within: [...folders, cacheRoot(env)] }),
  };
}

/** Path of a `file:` URI; undefined for any other, or one that is malformed. */
export function fileOf(uri: string): string | undefined {
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}

/** What names a recipe without a name of its own. */
export function fileNameOf(uri: string): string {
  const file = fileOf(uri);
  if (file !== undefined) return file;
  const path = uri.replace(/[?#].*$/s, '');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
