import type { Row } from '../../src/core/row.ts';
import { tasks } from '../../src/tasks/registry.ts';
import type { Task } from '../../src/tasks/task.ts';

/** A task with fields, labels and rows of the tiny tokenizer's words, of which no two are equally long; for tests that hold of every task. */
export interface TaskExample {
  readonly task: Task;
  /** All but `type`. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly labels: readonly string[];
  readonly rows: readonly Row[];
}

const sentences = [
  ['the', 'cat', 'sat'],
  ['a', 'good', 'film'],
  ['running', 'dogs', ',', 'the', 'bad', 'film', '!'],
  ['very', 'ungood'],
];

const examples: Readonly<Record<string, Omit<TaskExample, 'task'>>> = {
  'text-classification': {
    fields: { text: 'text', label: 'label' },
    labels: ['bad', 'good', 'neither'],
    rows: sentences.map((words, index) => ({
      index,
      line: index + 2,
      values: { text: words.join(' '), label: ['neither', 'good', 'bad', 'bad'][index] },
    })),
  },
  'token-classification': {
    fields: {},
    labels: ['B-animal', 'I-animal', 'O'],
    rows: sentences.map((words, index) => ({
      index,
      line: 10 * index + 1,
      values: {},
      lists: {
        tokens: words,
        tags: [
          ['B-animal', 'I-animal', 'O'],
          ['O', 'O', 'O'],
          ['B-animal', 'I-animal', 'O', 'O', 'O', 'B-animal', 'O'],
          ['O', 'I-animal'],
        ][index],
      },
      isLineByLine: true,
    })),
  },
};

export const taskExamples: readonly TaskExample[] = Object.values(tasks).map((task) => ({
  task,
  ...(examples[task.id] ?? missing(task)),
}));

function missing({ id }: Task): never {
  throw new Error(`${id} has no example in test/support/taskExamples.ts`);
}
