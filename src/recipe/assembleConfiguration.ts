import { methodsOf } from '../peft/registry.ts';
import { assemble, type Assembly } from '../program/assembly.ts';
import { findTask } from '../tasks/registry.ts';
import type { HeadInfo } from '../tasks/task.ts';
import type { Configuration } from './recipe.ts';

/** A configuration's model with its head and methods, from the registries; see `assemble`. */
export function assembleConfiguration(
  { task, methods: uses }: Pick<Configuration, 'task' | 'methods'>,
  info: HeadInfo,
): Assembly {
  return assemble({
    info,
    task: findTask(task.type),
    taskFields: task,
    methods: methodsOf(uses),
  });
}
