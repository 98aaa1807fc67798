import { methods } from '../peft/registry.ts';
import { assemble, type Assembly } from '../program/assembly.ts';
import { fileKey, filesOf, modelKey, type Facts } from '../recipe/facts.ts';
import type { Configuration } from '../recipe/recipe.ts';
import { findTask } from '../tasks/registry.ts';

const ASSUMED_LABELS = 2;

/** A configuration's model with its head and methods, from declarations alone; a sentence that says why it is not known instead. */
export function assembled(
  configuration: Configuration,
  facts: Facts,
): Assembly | { readonly problem: string } {
  const model = facts.models.get(modelKey(configuration));
  if (model === undefined) return { problem: 'the model was not looked at: the workspace is not trusted' };
  if ('unusable' in model) return { problem: model.unusable };
  const { task } = configuration;
  return assemble({
    info: { ...model.info, missing: model.missing ?? [], numLabels: labelCount(configuration, facts) },
    task: findTask(task.type),
    taskFields: task,
    methods: configuration.methods.map(({ id, fields }) => ({ method: methods[id], fields })),
  });
}

function labelCount(configuration: Configuration, facts: Facts): number {
  const { train } = filesOf(configuration);
  const known = train && facts.files.get(fileKey(train));
  const found = known === undefined || 'unusable' in known ? undefined : known.labels;
  return configuration.task.labels?.length ?? found?.length ?? ASSUMED_LABELS;
}
