import { unknownTask } from './errors.ts';
import { languageModeling } from './languageModeling.ts';
import { questionAnswering } from './questionAnswering.ts';
import type { Task } from './task.ts';
import { textClassification } from './textClassification.ts';
import { textGeneration } from './textGeneration.ts';
import { tokenClassification } from './tokenClassification.ts';

const list: readonly Task[] = [
  textClassification,
  tokenClassification,
  questionAnswering,
  textGeneration,
  languageModeling,
];

/** Every task, by id. Adding one is a file beside this and an entry above. */
export const tasks: Readonly<Record<string, Task>> = Object.fromEntries(list.map((task) => [task.id, task]));

/** @throws UserError for an id that is not among them. */
export function findTask(id: string): Task {
  if (!Object.hasOwn(tasks, id)) throw unknownTask(id, Object.keys(tasks));
  return tasks[id];
}
