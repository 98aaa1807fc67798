import { readdir } from 'node:fs/promises';
import { runPaths } from '../runs/runPaths.ts';

const ENDING = '.jsonl';
/** First and in this order: what the run itself wrote at its end. */
const splits = ['validation', 'test'];

/** Names of a run's files of predictions; [] where it has none yet. */
export async function predictionFiles(runDir: string): Promise<string[]> {
  const entries = await readdir(runPaths(runDir).predictionsFolder, { withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
      throw error;
    },
  );
  const names = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(ENDING) && !entry.name.startsWith('.'))
    .map(({ name }) => name.slice(0, -ENDING.length))
    .sort();
  return [
    ...splits.filter((split) => names.includes(split)),
    ...names.filter((name) => !splits.includes(name)),
  ];
}
