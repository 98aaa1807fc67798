// Searches a learning rate for every variant of recipes/unified.peft.yaml: `node scripts/results/search.mjs FOLDER`, where FOLDER holds
// train.tsv and dev.tsv of the Sentence Polarity Dataset. Three scales, half the steps, on a seed that is not among the final ones.
// Writes search.json, the validation accuracies; the best scale of each is then put into the recipe by hand. When it is interrupted,
// calling it again goes on.
import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { placeData, trained, variants } from './mr.mjs';

const SCALES = ['0.3', '1', '3'];

placeData();
const accuracies = Object.fromEntries(variants.map(({ name }) => [name, {}]));
for (const scale of SCALES) {
  const scaled = variants.flatMap(({ name }) => [
    '--set',
    `variants.${name}.training.learning_rate_scale=${scale}`,
  ]);
  const runs = await trained(`search-${scale}`, [100], ['--set', 'training.max_steps=300', ...scaled]);
  for (const { record } of runs) {
    const accuracy = record.summary.best['validation/accuracy'];
    accuracies[record.variant][scale] = Number(accuracy.toFixed(4));
  }
}
const file = fileURLToPath(new URL('search.json', import.meta.url));
writeFileSync(file, `${JSON.stringify(accuracies, undefined, 2)}\n`);
for (const { name, scale } of variants) {
  const best = Math.max(...Object.values(accuracies[name]));
  if (accuracies[name][scale] < best)
    console.log(`${name}: scale ${scale} is not the best of ${basename(file)}`);
}
