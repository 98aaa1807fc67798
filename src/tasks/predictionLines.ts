import type { Row } from '../core/row.ts';
import type { Prediction, Task, TaskFields } from './task.ts';

/**
 * Predictions as lines of JSON, each with the texts that it was made from under the recipe fields that name their columns, so that
 * who reads the file needs no other. Lists of words stand in the predictions themselves, beside their tags, and so does what is made of
 * several columns.
 * @param rows among them those of the predictions, by `index`
 */
export function predictionLines(
  task: Pick<Task, 'columns'>,
  fields: TaskFields,
  rows: readonly Row[],
  predictions: readonly Prediction[],
): string[] {
  const inputs = Object.entries(task.columns(fields).inputs).filter(([field]) => !field.includes('.'));
  const valuesOf = new Map(rows.map(({ index, values }) => [index, values]));
  return predictions.map((prediction) => {
    const values = valuesOf.get(prediction.id) ?? {};
    const texts = inputs.flatMap(([field, column]) =>
      Object.hasOwn(values, column) ? [[field, values[column]]] : [],
    );
    const { id, ...decoded } = prediction;
    return `${JSON.stringify({ id, ...Object.fromEntries(texts), ...decoded })}\n`;
  });
}
