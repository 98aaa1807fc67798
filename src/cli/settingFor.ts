import { isDeepStrictEqual } from 'node:util';
import { UserError } from '../core/errors.ts';
import { unions } from '../peft/registry.ts';
import type { Configuration, MethodUse } from '../recipe/recipe.ts';
import type { Io } from './command.ts';
import { parseRecipeFile } from './recipeFile.ts';

/**
 * The argument of `--set` that gives the variant this value and changes nothing else of it; undefined where none does. A value may stand in
 * the recipe or in the variant, with its method or in a union: each place is tried.
 */
export async function settingFor(
  argument: string,
  configuration: Configuration,
  { use, field, value }: { use: MethodUse; field: string; value: number },
  { cwd }: Io,
): Promise<string | undefined> {
  const { variant, methods } = configuration;
  const changed = { ...use, fields: { ...(use.fields as object), [field]: value } };
  const expected = { ...configuration, methods: methods.map((each) => (each === use ? changed : each)) };
  const within = Object.values(unions).filter(({ parts }) => Object.hasOwn(parts, use.id));
  const places = [nameOf(use), ...within.map(({ id }) => `${id}.${use.id}`)];
  const paths = ['methods', `variants.${variant}.methods`].flatMap((at) =>
    places.map((name) => `${at}.${name}`),
  );
  // An empty section has no fields to set one of.
  const settings = paths.flatMap((path) => [`${path}.${field}=${value}`, `${path}={${field}: ${value}}`]);
  for (const setting of settings) {
    const found = await variantWith(argument, setting, variant, cwd);
    if (isDeepStrictEqual(found, expected)) return setting;
  }
  return undefined;
}

/** Undefined where the recipe does not take the setting. */
async function variantWith(
  argument: string,
  setting: string,
  variant: string,
  cwd: string,
): Promise<Configuration | undefined> {
  try {
    const { recipe } = await parseRecipeFile(argument, cwd, [setting]);
    return recipe?.configurations.find((each) => each.variant === variant);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** `adapter`, or `adapter.1` in a list: as it stands in the recipe. */
export function nameOf({ id, item }: MethodUse): string {
  return item === undefined ? id : `${id}.${item}`;
}
