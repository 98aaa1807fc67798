import type { z } from 'zod';
import { internal } from '../core/errors.ts';
import { headOnly } from '../peft/headOnly.ts';
import { defaultLearningRate } from '../peft/method.ts';
import { methods } from '../peft/registry.ts';
import { tasks } from '../tasks/registry.ts';
import type { Configuration, MethodUse } from './recipe.ts';
import type { configurationSchema } from './schema.ts';

/** A configuration as it is written, with the defaults of single fields. */
export type Written = z.output<typeof configurationSchema>;

/** Of one method, or of one item of a list of its uses. */
type Section = Readonly<Record<string, unknown>>;

/** Fills in what depends on several fields. @param names of the recipe and of the variant */
export function configure(
  written: Written,
  names: { readonly name: string; readonly variant: string },
): Configuration {
  const { model, config, weights, revision, task, training } = written;
  // What is written and what is filled in stand in one order: the run's recipe, and its hash, are the same.
  const { learning_rate, eval_strategy, metric_for_best_model, ...others } = training;
  const uses = Object.entries(written.methods).flatMap(([id, section]): MethodUse[] => {
    if (section === undefined) return [];
    const use = ({ learning_rate: rate, ...fields }: Section) => {
      const own = rate ?? learning_rate ?? defaultLearningRate(methods[id], fields);
      return { id, fields, learning_rate: own as number };
    };
    return Array.isArray(section)
      ? (section as Section[]).map((each, item) => ({ ...use(each), item }))
      : [use(section as Section)];
  });
  return {
    version: 1,
    ...names,
    model: model ?? config ?? internal('a configuration without a model'),
    ...(revision === undefined ? {} : { revision }),
    ...(weights === undefined ? {} : { weights }),
    task,
    methods: uses,
    training: {
      ...others,
      learning_rate: headRate(uses, learning_rate),
      eval_strategy: eval_strategy ?? (task.validation === undefined ? 'no' : 'epoch'),
      metric_for_best_model: metric_for_best_model ?? tasks[task.type].metricNames[0],
    },
  };
}

/** The head is new whatever trains beside it: it learns at one rate with every method, so that their comparison is one of the methods. */
function headRate(uses: readonly MethodUse[], given: number | undefined): number {
  const alone = uses.find(({ id }) => id === headOnly.id);
  return alone?.learning_rate ?? given ?? headOnly.learningRate.default;
}
