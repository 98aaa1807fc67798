import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import {
  checkExamples,
  readInputs,
  tokenizeAll,
  tokenizeSample,
  type Inputs,
} from '../../../src/trainer/inputs.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyLanguageRecipe, writeTinyTexts } from '../../support/tinyTexts.ts';

/** Of language modeling in blocks of 16 tokens, on these texts. */
async function inputsOf(train: readonly string[], validation: readonly string[] = train): Promise<Inputs> {
  const dir = temporaryFolder();
  await writeTinyTexts(dir);
  for (const [name, texts] of Object.entries({ train, validation }))
    await writeFile(
      join(dir, `${name}.jsonl`),
      texts.map((text) => `${JSON.stringify({ text })}\n`).join(''),
    );
  const text = tinyLanguageRecipe
    .replace('train: train.txt', `train: ${join(dir, 'train.jsonl')}`)
    .replace('validation: train.txt', `validation: ${join(dir, 'validation.jsonl')}`);
  const { recipe, problems } = parseRecipe(text, 'texts.peft.yaml');
  if (recipe === undefined) throw new Error(JSON.stringify(problems));
  return readInputs(recipe.configurations[0], 0, { recipeDir: dir, env: {} });
}

describe('rows that are joined into blocks', () => {
  // Each is 3 tokens and the one that ends it: 4 rows make a block.
  const texts = new Array<string>(400).fill('the cat sat');

  it('are sampled until there are as many examples as asked for, evenly over the file', async () => {
    const inputs = await inputsOf(texts);
    expect(tokenizeAll(inputs).train).toHaveLength(100);
    expect(tokenizeSample(inputs, 10)).toHaveLength(10);
    expect(tokenizeSample(inputs, 100)).toHaveLength(100);
  });

  it('are all taken where there are too few', async () => {
    expect(tokenizeSample(await inputsOf(texts.slice(0, 40)), 64)).toHaveLength(10);
  });

  it('but make no example are refused, by the name of their file', async () => {
    const none = await inputsOf(['']);
    const fault =
      /train\.jsonl: expected rows that make one train example at least, found 1 row that makes none/;
    expect(() => tokenizeAll(none)).toThrow(fault);
    expect(() => tokenizeSample(none, 8)).toThrow(fault);
    const { signal } = new AbortController();
    await expect(checkExamples(none, signal)).rejects.toThrow(fault);
    await checkExamples(await inputsOf(texts), signal);
    const onlyTrain = await inputsOf(texts, ['']);
    expect(() => tokenizeAll(onlyTrain)).toThrow(
      /validation\.jsonl: expected rows that make one validation example at least/,
    );
    expect(tokenizeSample(onlyTrain, 8).length).toBeGreaterThanOrEqual(8);
  });

  it('are checked some at a time, and no longer than they are waited for', async () => {
    const inputs = await inputsOf(new Array<string>(5000).fill('the cat sat'));
    const abort = new AbortController();
    const checking = checkExamples(inputs, abort.signal);
    setImmediate(() => abort.abort());
    await expect(checking).rejects.toThrow('This operation was aborted');
  });
});
