import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { encodeTo } from '../../src/checkpoints/encoder.ts';
import { loadTokenizer } from '../../src/checkpoints/tokenizer.ts';
import { tinyConfig, tinyTokenizer, writeTokenizer } from '../support/checkpoints.ts';
import { findMiniLm } from '../support/miniLm.ts';
import { byteLevelTokenizer } from '../support/byteLevelTokenizer.ts';
import { tinyModels } from '../support/tinyModel.ts';
import { suiteFolder } from '../support/temporaryFolder.ts';
import { python } from './python.ts';
import { texts } from './texts.ts';

const singles = [...texts(), '<s> a</s>b <mask> c<pad>  the  <mask>', "  the of\n\n the's 10 100 "];
/** Each text with another one, of another length. */
const pairs = singles.map((_, i) => singles[(i * 7 + 3) % singles.length]);

const folder = suiteFolder();

async function written(name: string, config: object, ...tokenizer: object[]): Promise<string> {
  const dir = join(folder, name);
  await mkdir(dir);
  await writeFile(join(dir, 'config.json'), JSON.stringify(config));
  await writeTokenizer(dir, ...tokenizer);
  return dir;
}

const roberta = tinyModels.find(({ architecture }) => architecture === 'roberta')!.config;

const cases = [
  { name: 'a vocabulary of 38 words', dir: await written('tiny', tinyConfig), vocabularySize: 38 },
  {
    name: 'a model that is handed no token types',
    dir: await written('untyped', tinyConfig, tinyTokenizer, {
      pad_token: '[PAD]',
      model_input_names: ['input_ids', 'attention_mask'],
    }),
    vocabularySize: 38,
    isUntyped: true,
  },
  {
    name: "RoBERTa's byte-level pieces",
    dir: await written('byteLevel', roberta, byteLevelTokenizer(), { pad_token: '<pad>' }),
    vocabularySize: 300,
  },
  { name: 'that of all-MiniLM-L6-v2', dir: await findMiniLm(), vocabularySize: 30522 },
].flatMap((tokenizer) =>
  [
    { of: 'texts', pairs: undefined, max_length: 128 },
    { of: 'texts, cut', pairs: undefined, max_length: 12 },
    { of: 'pairs', pairs, max_length: 128 },
    { of: 'pairs, cut', pairs, max_length: 13 },
  ].map((given) => ({ ...tokenizer, ...given })),
);

const asked = cases.map((each) => {
  const { dir, pairs, max_length } = each;
  const answer = dir === undefined ? undefined : python.tokenize(dir, { texts: singles, pairs, max_length });
  return { ...each, answer };
});

it.for(asked)(
  "ids of $of, and texts of ids, are Python's with $name",
  async ({ dir, vocabularySize, isUntyped, pairs, max_length, answer }, { skip }) => {
    if (dir === undefined || answer === undefined) return skip('the model is not on this machine');
    const tokenizer = await loadTokenizer(dir, vocabularySize);
    const encode = encodeTo(tokenizer, max_length);
    const expected = await answer;
    singles.forEach((text, i) => {
      const { ids, typeIds } = encode(text, pairs?.[i]);
      const where = JSON.stringify([text, pairs?.[i]]);
      expect([...ids], where).toEqual(expected.input_ids[i]);
      expect(tokenizer.decode([...ids]), where).toBe(expected.decoded[i]);
      if (expected.token_type_ids) expect([...typeIds], where).toEqual(expected.token_type_ids[i]);
      // A model takes 0 for those that it is not handed.
      else if (isUntyped) expect([...typeIds], where).toEqual(expected.input_ids[i].map(() => 0));
    });
  },
);
