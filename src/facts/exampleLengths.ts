import { resolve } from 'node:path';
import { encoderTo, loadTokenizer } from '../checkpoints/tokenizer.ts';
import { labelsIn } from '../core/row.ts';
import { UserError } from '../core/errors.ts';
import { inputLength } from '../core/inputLength.ts';
import { readTable } from '../data/table.ts';
import { resolveModel } from '../hub/resolveModel.ts';
import type { ModelShape } from '../models/architecture.ts';
import type { Configuration } from '../recipe/recipe.ts';
import { positionsTaken } from '../peft/registry.ts';
import { findTask } from '../tasks/registry.ts';
import type { RecipePlace } from './gather.ts';

/** So many rows tell the lengths well enough, in a fraction of a second. */
const SAMPLED_ROWS = 2000;

/** Tokens of training examples, from an even sample of the file's rows; undefined where file or tokenizer cannot be read. */
export async function exampleLengths(
  { model, revision, task, methods }: Configuration,
  { maxPositions, vocabularySize }: ModelShape,
  { recipeDir, env }: RecipePlace,
): Promise<number[] | undefined> {
  const definition = findTask(task.type);
  const { inputs, label } = definition.columns(task);
  const columns = [...Object.values(inputs), ...Object.values(label)];
  try {
    const dir = await resolveModel(model, { recipeDir, revision, env });
    const tokenizer = await loadTokenizer(dir, vocabularySize);
    const { rows } = await readTable(resolve(recipeDir, task.train), {
      format: task.format,
      columns,
      cells: definition.cells,
    });
    const step = Math.max(1, rows.length / SAMPLED_ROWS);
    const sample = rows.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
    const labels = [
      ...new Set(
        Object.values(label).flatMap((column) =>
          sample.flatMap((row) => labelsIn(row, column).map(({ label }) => label)),
        ),
      ),
    ];
    const longest = maxPositions - positionsTaken(methods);
    const maxLength = inputLength(task.max_length, tokenizer.maxLength, longest);
    return definition
      .features(task, sample, labels, encoderTo(tokenizer, maxLength))
      .map(({ inputIds }) => inputIds.length);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
