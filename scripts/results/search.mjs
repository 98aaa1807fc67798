// Searches a learning rate for every variant: `node scripts/results/search.mjs FOLDER [ID...]`, where FOLDER holds the data sets of sets.mjs.
// Every variant has the same scales, on a seed that is not among the final ones and on the validation split. Keeps what each gave
// in measured/, and writes the best scale into the recipe. When it is interrupted, calling it again goes on.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { recipeOf, trained } from './queue.mjs';
import { askedSets, keepMeasured } from './sets.mjs';

for (const set of await askedSets(process.argv.slice(2))) {
  const { path, variants } = recipeOf(set);
  const { scales, steps, metric } = set.search;
  const found = Object.fromEntries(variants.map(({ name }) => [name, {}]));
  for (const scale of scales) {
    const rates = variants.map(({ name }) => `variants.${name}.training.learning_rate_scale=${scale}`);
    const length = [`training.max_steps=${steps}`, `training.eval_steps=${steps}`];
    const runs = await trained(set, `search-${scale}`, [100], {
      settings: [...length, ...rates],
      mayFail: true,
    });
    for (const { record, status } of runs)
      found[record.variant][scale] =
        status === 'failed' ? null : Number(record.summary.best[`validation/${metric}`].toPrecision(4));
  }
  keepMeasured(set, { search: found });
  writeScales(path, found, metric === 'perplexity' ? Math.min : Math.max);
}

function writeScales(path, found, best) {
  const document = parseDocument(readFileSync(path, 'utf8'));
  for (const [name, tried] of Object.entries(found)) {
    const value = best(...Object.values(tried).filter((each) => each !== null));
    const scale = Number(Object.keys(tried).find((each) => tried[each] === value));
    const place = ['variants', name, 'training'];
    if (scale !== 1) document.setIn([...place, 'learning_rate_scale'], scale);
    else if (document.hasIn(place)) document.deleteIn([...place, 'learning_rate_scale']);
  }
  writeFileSync(path, document.toString({ lineWidth: 110 }));
}
