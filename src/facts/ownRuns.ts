import { join, resolve } from 'node:path';
import { isJsonObject } from '../core/json.ts';
import type { OwnEvidence } from '../evidence/ownEvidence.ts';
import { pairedDifference, type Difference } from '../experiments/compare.ts';
import { differenceText } from '../experiments/differenceText.ts';
import { groupRuns, type Group } from '../experiments/groups.ts';
import { comparedMetric } from '../experiments/metric.ts';
import type { Configuration, MethodUse, Training } from '../recipe/recipe.ts';
import { withPaths } from '../recipe/resolved.ts';
import { parseRecipe } from '../recipe/parse.ts';
import { listRuns, type Run } from '../runs/runFolder.ts';

/** Runs of one configuration, and what of it has to be equal, as text. */
export interface Trained {
  readonly group: Group;
  /** Model and task. */
  readonly subject: string;
  readonly methods: string;
  readonly training: string;
  /** Of data and base weights. */
  readonly hashes: string;
}

/** Configurations by the hash that their runs record: these never change. Undefined: this version cannot read it. */
const configurations = new Map<string, Configuration | undefined>();

/** What has finished in folders of runs, the oldest first; [] for a folder that is not there or cannot be read. */
export async function trainedIn(runsFolders: readonly string[]): Promise<Trained[]> {
  const listed = await Promise.all(runsFolders.map((folder) => listRuns(folder).catch(() => [])));
  const finished = listed.flat().filter((run): run is Run => run.status === 'finished');
  const trained: Trained[] = [];
  for (const group of groupRuns(finished)) {
    const configuration = await configurationOf(group.runs[0]);
    if (configuration === undefined) continue;
    const { methods, training } = configuration;
    const subject = subjectKey(configuration);
    trained.push({
      group,
      subject,
      methods: methodsKey(methods),
      training: trainingKey(training),
      hashes: keyOf(group.runs[0].record.hashes),
    });
  }
  return trained;
}

/**
 * Compares, by seed and on the validation data, runs with a configuration's methods and such with others: of the same model, task and
 * training on the same data and weights, learning rates aside. Where there are several such pairs, the one with the most seeds in common speaks, of these the newest.
 */
export function ownEvidence(trained: readonly Trained[], recipeDir: string): OwnEvidence {
  return (configuration, against) => {
    const subject = subjectKey(withPaths(configuration, (path) => resolve(recipeDir, path)));
    const of = (uses: readonly MethodUse[]) => {
      const methods = methodsKey(uses);
      return trained.filter((each) => each.subject === subject && each.methods === methods);
    };
    let best: { readonly metric: string; readonly difference: Difference } | undefined;
    for (const one of of(configuration.methods))
      for (const other of of(against)) {
        if (one.training !== other.training || one.hashes !== other.hashes) continue;
        const metric = comparedMetric([one.group, other.group], { split: 'validation' });
        const difference = metric && pairedDifference(one.group, other.group, metric);
        if (difference && difference.n >= (best?.difference.n ?? 1)) best = { metric, difference };
      }
    return best && `${best.metric} ${differenceText(best.difference)}, learning rates aside`;
  };
}

async function configurationOf({ record, recipe, dir }: Run): Promise<Configuration | undefined> {
  const { configuration: hash } = record;
  if (!configurations.has(hash)) {
    const text = await recipe().catch(() => undefined);
    if (text === undefined) return undefined;
    configurations.set(hash, parseRecipe(text, join(dir, 'recipe.peft.yaml')).recipe?.configurations[0]);
  }
  return configurations.get(hash);
}

function subjectKey({ model, revision, task }: Configuration): string {
  return keyOf({ model, revision, task });
}

function methodsKey(uses: readonly MethodUse[]): string {
  return keyOf(uses.map(({ id, fields }) => ({ id, fields: { ...(fields as object), learning_rate: 0 } })));
}

function trainingKey(training: Training): string {
  return keyOf({ ...training, learning_rate: 0, learning_rate_scale: 1, executor: 'auto' });
}

/** Equal for values that differ in the order of their fields alone. */
function keyOf(value: unknown): string {
  return JSON.stringify([value], (_, part: unknown) =>
    isJsonObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}
