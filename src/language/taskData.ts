import { resolve } from 'node:path';
import type { ColumnsResult, Vocabulary } from '../protocol/language.ts';
import type { dataFields } from '../recipe/facts.ts';
import { columnsOf } from './columns.ts';
import type { Surroundings } from './surroundings.ts';
import { vocabulary } from './vocabulary.ts';

const { tasks } = vocabulary();

/** The task that is written, else the first. */
export function taskOf({ written }: Surroundings): Vocabulary['tasks'][number] | undefined {
  const type = written('task', 'type');
  return tasks.find(({ id }) => id === type) ?? tasks[0];
}

/** What a data file of the recipe holds; undefined where it cannot be read or may not be looked at. */
export async function dataOf(
  { written, place }: Surroundings,
  field: (typeof dataFields)[number],
): Promise<Exclude<ColumnsResult, { problem: string }> | undefined> {
  const [file, format] = [written('task', field), written('task', 'format')];
  if (typeof file !== 'string' || place === undefined) return undefined;
  const found = await columnsOf(resolve(place.recipeDir, file), {
    ...(typeof format === 'string' && { format }),
    ...(place.within && { within: place.within }),
  });
  return 'problem' in found ? undefined : found;
}

/** The column that holds the labels, as the recipe names it. */
export function labelColumn(around: Surroundings): string | undefined {
  const field = taskOf(around)?.columns.find(({ isLabel }) => isLabel)?.field;
  const column = field === undefined ? undefined : around.written('task', field);
  return typeof column === 'string' ? column : undefined;
}
