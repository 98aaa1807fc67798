import { resolve } from 'node:path';
import { encoderTo } from '../checkpoints/encoder.ts';
import { loadTokenizer } from '../checkpoints/tokenizer.ts';
import { labelsIn } from '../core/row.ts';
import { UserError } from '../core/errors.ts';
import { readTable } from '../data/table.ts';
import { resolveModel } from '../hub/resolveModel.ts';
import { positionsLeft, type ModelInfo } from '../peft/method.ts';
import { longestInput } from '../recipe/longestInput.ts';
import type { Configuration } from '../recipe/recipe.ts';
import { methodsOf } from '../peft/registry.ts';
import { columnsOf, droppedOf, labelColumnOf } from '../tasks/columns.ts';
import { findTask } from '../tasks/registry.ts';
import type { RecipePlace } from './recipePlace.ts';

/** So many rows tell the lengths well enough, in a fraction of a second. */
const SAMPLED_ROWS = 2000;

/** What an even sample of the training file's rows tells of the examples. */
export interface SampledLengths {
  /** Tokens of each. */
  readonly lengths: readonly number[];
  /** How many come of a row on average. */
  readonly examplesPerRow: number;
}

/** Tokens of training examples; undefined where file or tokenizer cannot be read. */
export async function exampleLengths(
  configuration: Configuration,
  { architecture, shape }: ModelInfo,
  { recipeDir, env }: RecipePlace,
  sampledRows = SAMPLED_ROWS,
): Promise<SampledLengths | undefined> {
  const { model, revision, task, methods } = configuration;
  const definition = findTask(task.type);
  try {
    const dir = await resolveModel(model, { recipeDir, revision, env });
    const tokenizer = await loadTokenizer(dir, shape.vocabularySize);
    const file = resolve(recipeDir, task.train);
    const { rows } = await readTable(file, {
      format: task.format,
      columns: columnsOf(definition, task).all,
      drop: droppedOf(definition, task),
    });
    const step = Math.max(1, rows.length / sampledRows);
    const sample = rows.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
    const column = labelColumnOf(definition, task);
    const found =
      column === undefined ? [] : sample.flatMap((row) => labelsIn(row, column).map(({ label }) => label));
    const maxLength = longestInput(configuration, {
      tokenizer: tokenizer.maxLength,
      positions: positionsLeft(shape, methodsOf(methods)),
    });
    const lengths = definition
      .features(
        task,
        { file, rows: sample },
        [...new Set(found)],
        encoderTo(tokenizer, { maxLength, endId: architecture.nextToken?.endTokenId(shape) }),
      )
      .map(({ inputIds }) => inputIds.length);
    return { lengths, examplesPerRow: lengths.length / sample.length };
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
