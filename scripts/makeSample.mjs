// Makes the data of the sample project: `node scripts/makeSample.mjs FOLDER`, where FOLDER holds train.tsv and dev.tsv of the
// Sentence Polarity Dataset v1.0 (columns sentence and label, CC BY 4.0). Training sentences come from train.tsv, those of
// validation and test from dev.tsv, so that no review stands on two sides.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const source = process.argv[2];
if (source === undefined) throw new Error('expected the folder that holds train.tsv and dev.tsv');
const target = new URL('../media/sample/data/', import.meta.url);

const rows = (file) => readFileSync(join(source, file), 'utf8').trimEnd().split('\n').slice(1);
const names = { 0: 'negative', 1: 'positive' };

/** `count` rows, evenly spaced, the same number of each label. */
function sample(all, count) {
  const byLabel = Object.keys(names).map((label) => all.filter((row) => row.endsWith(`\t${label}`)));
  const each = count / byLabel.length;
  return Array.from({ length: each }, (_, i) =>
    byLabel.map((list) => list[Math.floor((i * list.length) / each)]),
  ).flat();
}

function write(file, chosen) {
  const lines = chosen.map((row) => row.replace(/\t([01])$/, (_, label) => `\t${names[label]}`));
  writeFileSync(new URL(file, target), ['sentence\tlabel', ...lines, ''].join('\n'));
}

const dev = rows('dev.tsv');
write('train.tsv', sample(rows('train.tsv'), 1600));
write(
  'validation.tsv',
  sample(
    dev.filter((_, i) => i % 4 < 2),
    300,
  ),
);
write(
  'test.tsv',
  sample(
    dev.filter((_, i) => i % 4 >= 2),
    300,
  ),
);
