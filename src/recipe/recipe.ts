import type { z } from 'zod';
import type { experimentSchema, TaskSection } from './schema.ts';
import type { trainingFields } from './training.ts';
import type { YamlMap } from './yamlNode.ts';

export type { TaskSection };

type TrainingFields = z.output<typeof trainingFields>;

/** The `training` section with every default filled in; see training.ts for names and meanings. */
export type Training = TrainingFields &
  Required<Pick<TrainingFields, 'learning_rate' | 'eval_strategy' | 'metric_for_best_model'>>;

export interface MethodUse {
  id: string;
  /** Its place in the list of uses of this method, where the recipe has such a list. */
  item?: number;
  /** Fields with their defaults filled in, as the method's schema gives them. */
  fields: unknown;
  /** Before `learning_rate_scale`: the method's own, else that of `training`, else the method's default. */
  learning_rate: number;
}

/** One variant, everything resolved: what one run trains, whatever its seed. */
export interface Configuration {
  version: 1;
  name: string;
  /** Label in tree, legend and table: the variant's name and the grid's values, or the recipe's name where it has neither. */
  variant: string;
  /** What `model` names, or `config`: folder or hub id. */
  model: string;
  revision?: string;
  /** Drawn from the run's seed; absent where they are the model's. */
  weights?: 'random';
  task: TaskSection;
  /** At least one, in the order of the registry. */
  methods: MethodUse[];
  /** `learning_rate` is that of the task head, before `learning_rate_scale`. */
  training: Training;
}

/** A recipe that was parsed without error. */
export interface Recipe {
  name: string;
  /** At least one; their `variant`s differ. */
  configurations: Configuration[];
  seeds: number[];
  report?: z.output<typeof experimentSchema>['report'];
  /** The whole text's. */
  root: YamlMap;
  /** Where the values of each configuration stand in the text, in the same order. */
  trees: readonly YamlMap[];
}
