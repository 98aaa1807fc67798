import { stringify } from 'yaml';
import { isModelId } from '../core/modelId.ts';
import type { Configuration } from './recipe.ts';

/**
 * The recipe of one run as YAML: one variant, one seed, every default written out. `parseRecipe` reads it back to the
 * same configuration.
 */
export function writeResolved(configuration: Configuration, seed: number): string {
  const { version, name, variant, model, revision, weights, task, methods, training } = configuration;
  const sections: Record<string, object> = {};
  for (const { id, item, fields, learning_rate } of methods) {
    const section = { ...(fields as object), learning_rate };
    const listed = (sections[id] ?? []) as object[];
    sections[id] = item === undefined ? section : [...listed, section];
  }
  const document = {
    version,
    name,
    ...(weights === undefined ? { model } : { config: model, weights }),
    ...(revision === undefined ? {} : { revision }),
    task,
    methods: sections,
    training,
    ...(variant === name ? {} : { variants: { [variant]: {} } }),
    seeds: [seed],
  };
  // Words such as `no` are quoted, so that readers of YAML 1.1 see the same values.
  return stringify(document, { compat: 'yaml-1.1', lineWidth: 0, aliasDuplicateObjects: false });
}

/** The configuration with its files, and a model that is no hub id, renamed: what is relative to the recipe made absolute. */
export function withPaths(configuration: Configuration, rename: (path: string) => string): Configuration {
  const { model, task } = configuration;
  const { train, validation, test } = task;
  return {
    ...configuration,
    model: isModelId(model) ? model : rename(model),
    task: {
      ...task,
      train: rename(train),
      ...(validation === undefined
        ? {}
        : { validation: typeof validation === 'string' ? rename(validation) : validation }),
      ...(test === undefined ? {} : { test: rename(test) }),
    },
  };
}
