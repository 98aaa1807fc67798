import { isCollection, parse, parseDocument } from 'yaml';

/** A value that replaces one in a recipe: `--set training.learning_rate=1e-4`. */
export interface Setting {
  /** Dotted path; steps into lists are indices, and a variant's name may have spaces. */
  readonly path: string;
  /** The new value, as YAML. */
  readonly yaml: string;
}

/** Reads `PATH=YAML`; undefined for a text without a path and an equals sign. */
export function readSetting(text: string): Setting | undefined {
  const [, path, yaml] = /^([^=\s](?:[^=]*[^=\s])?)=(.*)$/s.exec(text) ?? [];
  return path === undefined || yaml === undefined ? undefined : { path, yaml };
}

/**
 * The recipe's text with these values in place; the rest, comments included, stays. What the new text means is for `parseRecipe` to say.
 * @returns undefined where a value is no YAML, or a path leads through a value that holds none.
 */
export function withSettings(text: string, settings: readonly Setting[]): string | undefined {
  if (settings.length === 0) return text;
  const document = parseDocument(text, { version: '1.2', schema: 'core' });
  // Its own faults come first, and stand at their places in the text as it is.
  if (document.errors.length > 0) return text;
  try {
    for (const { path, yaml } of settings) {
      const steps = path.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step));
      document.setIn(steps, parse(yaml, { version: '1.2', schema: 'core' }));
    }
  } catch {
    return undefined;
  }
  return isCollection(document.contents) ? document.toString({ lineWidth: 0 }) : undefined;
}
