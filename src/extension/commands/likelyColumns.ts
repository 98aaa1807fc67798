import type { Vocabulary } from '../../protocol/language.ts';

/** Whether a column with this name seldom holds anything but what a model reads. */
export const isInput = (column: string) =>
  /^(sentence|text|review|question|context|premise|hypothesis|content|body|message|tokens|words)/i.test(
    column,
  );

/** Whether it seldom holds anything but what is learnt. */
export const isLabel = (column: string) =>
  /^(label|class|target|category|sentiment|tag|ner|answer|completion|summary|response|output|ref)/i.test(
    column,
  );

/** The same for a task, one of whose fields may be called so. */
export function isLabelOf(task: Vocabulary['tasks'][number] | undefined, column: string): boolean {
  return isLabel(column) || labelField(task) === column;
}

/** The field of `task` that names the column that is learnt; undefined where there is none. */
export function labelField(task: Vocabulary['tasks'][number] | undefined): string | undefined {
  return task?.columns.find((each) => each.isLabel)?.field;
}
