import { plural } from '../core/display.ts';
import type { ModelInfo } from '../peft/method.ts';
import { checkRecipe } from '../recipe/check.ts';
import { examplesKey, fileKey, filesOf, modelKey, type Facts, type ModelFacts } from '../recipe/facts.ts';
import type { Problem } from '../recipe/problem.ts';
import type { Configuration, Recipe } from '../recipe/recipe.ts';
import { planConfiguration, type Plan } from '../plan/plan.ts';
import { stepSeconds } from '../plan/stepSeconds.ts';
import { modelNotLookedAt } from './errors.ts';
import { exampleLengths, type SampledLengths } from './exampleLengths.ts';
import { gatherFacts } from './gather.ts';
import type { RecipePlace } from './recipePlace.ts';
import { labelCount, trainFacts } from './labelCount.ts';
import { readMachineSpeed } from './machineSpeed.ts';
import { splitRows, type SplitRows } from '../recipe/splitRows.ts';

/**
 * Plans the variants named, all where none is; the errors of the recipe instead, where it has any that stand in a plan's way.
 * @throws UserError where a model may not be looked at
 */
export async function planRecipe(
  recipe: Recipe,
  place: RecipePlace,
  variants: readonly string[] = [],
): Promise<{ plans: Plan[] } | { errors: Problem[] }> {
  const facts = await gatherFacts(recipe, place);
  const errors = checkRecipe(recipe, neededFacts(facts)).filter(({ severity }) => severity === 'error');
  if (errors.length > 0) return { errors };
  const speed = await readMachineSpeed(place.env);
  const known: Known = {
    ...(speed && { speed: { executor: speed.executor, secondsOf: stepSeconds(speed.steps) } }),
    lengths: new Map(),
  };
  const plans: Plan[] = [];
  for (const configuration of recipe.configurations) {
    if (variants.length > 0 && !variants.includes(configuration.variant)) continue;
    plans.push(await planOne(configuration, facts, place, known));
  }
  return { plans };
}

/** A plan needs neither data nor weights nor a tokenizer: what is wrong with these is not its business. */
function neededFacts({ models }: Facts): Facts {
  const withoutFaults = [...models].map(
    ([key, facts]) => [key, 'unusable' in facts ? facts : { ...facts, faults: [] }] as const,
  );
  return { models: new Map(withoutFaults), files: new Map() };
}

/** What several variants have in common, worked out once. */
interface Known {
  readonly speed?: { readonly executor: string; readonly secondsOf: ReturnType<typeof stepSeconds> };
  readonly lengths: Map<string, ReturnType<typeof exampleLengths>>;
}

async function planOne(
  configuration: Configuration,
  facts: Facts,
  place: RecipePlace,
  { speed, lengths: knownLengths }: Known,
): Promise<Plan> {
  // Unusable models were reported before.
  const model = facts.models.get(modelKey(configuration)) as ModelFacts | undefined;
  if (model === undefined) throw modelNotLookedAt(configuration.model);
  const { info, missing, tokenizerMaxLength } = model;
  const numLabels = labelCount(configuration, facts);
  const sampled =
    trainFacts(configuration, facts) && (await lengthsOf(configuration, info, place, knownLengths));
  const { executor } = configuration.training;
  const isMeasured = speed !== undefined && (executor === 'auto' || executor === speed.executor);
  return planConfiguration({
    configuration,
    examples: examplesOf(splitRows(configuration, facts), sampled),
    ...(isMeasured && { secondsOf: speed.secondsOf }),
    model: {
      ...info,
      ...(missing && { missing }),
      ...(tokenizerMaxLength !== undefined && { tokenizerMaxLength }),
    },
    ...(numLabels !== undefined && { numLabels }),
    ...(sampled && { lengths: sampled.lengths }),
    dataNotes: droppedNotes(configuration, facts),
  });
}

function droppedNotes(configuration: Configuration, facts: Facts): string[] {
  return Object.values(filesOf(configuration)).flatMap((request) => {
    const known = facts.files.get(fileKey(request));
    if (known === undefined || 'unusable' in known || !known.dropped) return [];
    return [`${plural(known.dropped, 'row')} of ${request.file} left out for their labels`];
  });
}

/** A task may make several examples of a row. */
function examplesOf(rows: SplitRows, sampled: SampledLengths | undefined): SplitRows {
  const counted = Object.entries(rows).map(([split, count]: [string, number | undefined]) => [
    split,
    count === undefined ? undefined : Math.round(count * (sampled?.examplesPerRow ?? 1)),
  ]);
  return Object.fromEntries(counted) as SplitRows;
}

/** They depend on the model, the data, and the positions that are left for tokens. */
function lengthsOf(
  configuration: Configuration,
  info: ModelInfo,
  place: RecipePlace,
  known: Known['lengths'],
): ReturnType<typeof exampleLengths> {
  const key = examplesKey(configuration);
  const lengths = known.get(key) ?? exampleLengths(configuration, info, place);
  known.set(key, lengths);
  return lengths;
}
