import { ASSUMED_LABELS } from '../plan/plan.ts';
import type { Assembly } from '../program/assembly.ts';
import { assembleConfiguration } from '../recipe/assembleConfiguration.ts';
import { modelKey, type Facts } from '../recipe/facts.ts';
import type { Configuration } from '../recipe/recipe.ts';
import { labelCount } from './labelCount.ts';

/** A configuration's model with its head and methods, from declarations alone; a sentence that says why it is not known instead. */
export function assembled(
  configuration: Configuration,
  facts: Facts,
): Assembly | { readonly problem: string } {
  const model = facts.models.get(modelKey(configuration));
  if (model === undefined) return { problem: 'the model was not looked at: the workspace is not trusted' };
  if ('unusable' in model) return { problem: model.unusable };
  const numLabels = labelCount(configuration, facts) ?? ASSUMED_LABELS;
  return assembleConfiguration(configuration, { ...model.info, missing: model.missing ?? [], numLabels });
}
