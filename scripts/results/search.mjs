// Searches a learning rate for every variant of recipes/unified.peft.yaml: `node scripts/results/search.mjs FOLDER`, where FOLDER holds
// train.tsv and dev.tsv of the Sentence Polarity Dataset. Three scales, half the steps, on a seed that is not among the final ones.
// Writes search.json, validation accuracies by variant and scale; the scale of the best is written into the recipe by hand.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cli, placeData, recipe, root, trained } from './mr.mjs';

const SCALES = ['0.3', '1', '3'];

placeData();
const { variants } = JSON.parse(cli('check', recipe, '--json'));
console.log(variants);
