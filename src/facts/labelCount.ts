import { fileKey, filesOf, type Facts, type FileFacts } from '../recipe/facts.ts';
import { tasks } from '../tasks/registry.ts';
import type { Configuration } from '../recipe/recipe.ts';

/** Number of classes: those that the recipe lists, else those in the training data; undefined where neither is known. 0 for a task without labels. */
export function labelCount(configuration: Configuration, facts: Facts): number | undefined {
  if (tasks[configuration.task.type].labelSet === undefined) return 0;
  return configuration.task.labels?.length ?? trainFacts(configuration, facts)?.labels?.length;
}

/** What is known of the training data, where it can be read. */
export function trainFacts(configuration: Configuration, facts: Facts): FileFacts | undefined {
  const { train } = filesOf(configuration);
  const known = train && facts.files.get(fileKey(train));
  return known === undefined || 'unusable' in known ? undefined : known;
}
