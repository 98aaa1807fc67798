import type { ExecutorId } from '../engine/executor.ts';
import type { JsonObject } from '../core/json.ts';

/** Names, defaults and meanings of Transformers' TrainingArguments; see schema.ts, from which this type's values come. */
export interface Training {
  num_train_epochs: number;
  max_steps?: number;
  per_device_train_batch_size: number;
  per_device_eval_batch_size: number;
  gradient_accumulation_steps: number;
  learning_rate?: number;
  learning_rate_scale: number;
  lr_scheduler_type: 'linear' | 'cosine' | 'constant';
  /** Below 1: a share of all steps. */
  warmup_steps: number;
  weight_decay: number;
  max_grad_norm: number;
  optim: 'adamw' | 'sgd';
  adam_beta1: number;
  adam_beta2: number;
  adam_epsilon: number;
  label_smoothing_factor: number;
  train_sampling_strategy: 'group_by_length' | 'random';
  eval_strategy: 'epoch' | 'steps' | 'no';
  eval_steps?: number;
  logging_steps: number;
  metric_for_best_model?: string;
  early_stopping_patience?: number;
  model_dtype: 'float32' | 'float16' | 'bfloat16';
  executor: 'auto' | ExecutorId;
}

/** The data part of `task`, common to all tasks; a task's own fields stand beside these. */
export interface TaskSection {
  type: string;
  train: string;
  /** A file, or the share of train that is cut off by hash and seed. */
  validation?: string | number;
  test?: string;
  format?: string;
  max_length?: number;
  labels?: string[];
  [field: string]: unknown;
}

export interface MethodUse {
  id: string;
  /** Fields with their defaults filled in. */
  fields: unknown;
  /** The method's own rate, if the recipe gives it one. */
  learning_rate?: number;
}

/** One variant, everything resolved: what one run trains, whatever its seed. */
export interface Configuration {
  version: 1;
  name: string;
  /** Label in tree, legend, table; the recipe's name where it has no variants. */
  variant: string;
  model: string;
  revision?: string;
  task: TaskSection;
  methods: MethodUse[];
  training: Training;
}

/** One run of a recipe. */
export interface RunSpec {
  configuration: Configuration;
  seed: number;
}

/** A recipe that was parsed without error. */
export interface Recipe {
  name: string;
  configurations: Configuration[];
  seeds: number[];
  report?: { split?: 'validation' | 'test'; baseline?: string };
  /** The document as plain data, before defaults. */
  source: JsonObject;
}
