import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../../support/runCommand.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyTextsRecipe, writeTinyTexts } from '../../support/tinyTexts.ts';

const texts = (spoiltText: string) => async (dir: string) => {
  const file = join(dir, 'dev.csv');
  await writeFile(file, `${await readFile(file, 'utf8')}${spoiltText}`);
};

/** What shows only where the texts of a model that writes are cut into tokens. */
const tokens: [what: string, spoil: (dir: string) => Promise<void>, message: RegExp, recipe?: string][] = [
  [
    'nothing to be written',
    texts('cat,\n'),
    /dev\.csv:6: expected a text to be written in "said", found none/,
  ],
  [
    'a completion beyond max_length',
    texts(`cat,${'very '.repeat(30)}\n`),
    /dev\.csv:6: expected a completion that leaves room for a prompt in 20 tokens, found one of 31/,
  ],
  [
    'a completion beyond what a prefix of one variant leaves',
    texts(`cat,${'very '.repeat(17)}\n`),
    /dev\.csv:6: expected a completion that leaves room for a prompt in 16 tokens, found one of 18/,
    `${tinyTextsRecipe.replace(/ +max_length: .*\n/, '')}variants:
  full: { methods: { full: {} } }
  prefix: { methods: { prefix_tuning: { num_virtual_tokens: 16 } } }
`,
  ],
  [
    'no text to be classified',
    texts(',a dog was not good\n'),
    /dev\.csv:6: expected a text of one token at least, found none/,
    tinyTextsRecipe
      .replace('text-generation', 'text-classification')
      .replace(/prompt: .*/, 'text: seen')
      .replace('completion:', 'label:')
      .replace(/ +generation: .*\n/, ''),
  ],
];

describe('train: status 2, the place, and nothing written, for a row of which there can be no example', () => {
  it.each(tokens)('%s', async (_, spoil, message, recipeText) => {
    const dir = temporaryFolder();
    await writeTinyTexts(dir, { recipe: recipeText });
    await spoil(dir);
    const before = await readdir(dir, { recursive: true });
    const { status, out, err } = await runCommand(['train', 'texts.peft.yaml', '--runs', 'runs'], {
      cwd: dir,
    });
    expect(err).toMatch(message);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(await readdir(dir, { recursive: true })).toEqual(before);
  });
});
