import { internal } from '../../src/core/errors.ts';
import type { JsonObject } from '../../src/core/json.ts';
import type { Row } from '../../src/core/row.ts';
import { tasks } from '../../src/tasks/registry.ts';
import type { Task } from '../../src/tasks/task.ts';
import { tinyConfig, tinyModels } from './tinyModel.ts';

/** A task with fields, labels and rows of the tiny tokenizer's words, of unequal lengths, for inputs of up to 16 tokens; for tests that hold of every task. */
export interface TaskExample {
  readonly task: Task;
  /** All but `type`. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly labels: readonly string[];
  readonly rows: readonly Row[];
  /** Of a model that can do it. */
  readonly config: JsonObject;
  /** Examples are cut out of all rows together. */
  readonly joinsRows: boolean;
}

const decoder =
  tinyModels.find(({ architecture }) => architecture === 'gpt2')?.config ?? internal('no decoder');

const sentences = [
  ['the', 'cat', 'sat'],
  ['a', 'good', 'film'],
  ['running', 'dogs', ',', 'the', 'bad', 'film', '!'],
  ['very', 'ungood'],
];

/** The first is cut into several windows; in the second a character takes two units of UTF-16. */
const questions = [
  {
    question: 'the dog',
    context: 'a good film was not very bad , the bad film was very good . the dog sat on a mat ! the cat',
    answer: 'on a mat',
  },
  { question: 'running', context: 'the \u{1F600} cat sat on the mat', answer: 'cat sat' },
  { question: 'a mat', context: 'the dog', answer: 'the dog' },
];

const examples: Readonly<
  Record<string, Pick<TaskExample, 'fields' | 'labels' | 'rows'> & Partial<TaskExample>>
> = {
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
  'question-answering': {
    fields: { doc_stride: 4 },
    labels: [],
    rows: questions.map(({ question, context, answer }, index) => ({
      index,
      line: index + 1,
      name: `q${index}`,
      values: { question, context },
      answers: {
        answers: [{ text: answer, start: Array.from(context.slice(0, context.indexOf(answer))).length }],
      },
    })),
  },
  'text-generation': {
    config: decoder,
    fields: { prompt: 'the {thing}', completion: 'text', generation: { max_new_tokens: 4 } },
    labels: [],
    rows: sentences.map((words, index) => ({
      index,
      line: index + 2,
      values: { thing: ['cat', 'film', 'dogs', 'film'][index], text: words.join(' ') },
    })),
  },
  'language-modeling': {
    config: decoder,
    joinsRows: true,
    fields: { max_length: 8 },
    labels: [],
    rows: sentences.map((words, index) => ({ index, line: index + 1, values: { text: words.join(' ') } })),
  },
};

export const taskExamples: readonly TaskExample[] = Object.values(tasks).map((task) => ({
  task,
  config: tinyConfig,
  joinsRows: false,
  ...(examples[task.id] ?? missing(task)),
}));

function missing({ id }: Task): never {
  throw new Error(`${id} has no example in test/support/taskExamples.ts`);
}
