import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeTo, encodeWordsTo } from '../../../src/checkpoints/encoder.ts';
import { checkSegments, loadTokenizer } from '../../../src/checkpoints/tokenizer.ts';
import type { EncodeTo } from '../../../src/tasks/task.ts';
import { temporaryFolder, tinyTokenizer, writeTokenizer } from '../../support/checkpoints.ts';

/** `tokenizer([text], [pair], truncation=True, max_length=n)` of Transformers 5.18 with this tokenizer.json. */
const recorded: [
  text: string,
  pair: string | undefined,
  maxLength: number,
  ids: number[],
  secondAt: number,
][] = [
  ['The cat sat on the mat.', undefined, 32, [2, 5, 7, 9, 10, 5, 11, 24, 3], 9],
  ['The cat sat on the mat.', undefined, 6, [2, 5, 7, 9, 10, 3], 6],
  ['The cat sat on the mat.', undefined, 2, [2, 3], 2],
  ['', undefined, 8, [2, 3], 2],
  ['a [SEP] cat', undefined, 8, [2, 6, 3, 7, 3], 5],
  ['CAFÉ 日本11', undefined, 16, [2, 29, 27, 28, 32, 33, 3], 7],
  ['ΟΣ 𠀀a', undefined, 16, [2, 36, 35, 1, 6, 3], 6],
  ['runs\u200bruning\tvery ungood, zzz!', undefined, 16, [2, 1, 17, 22, 23, 25, 1, 26, 3], 9],
  ['the cat sat', 'on the mat', 32, [2, 5, 7, 9, 3, 10, 5, 11, 3], 5],
  ['the cat sat', 'on the mat', 8, [2, 5, 7, 3, 10, 5, 11, 3], 4],
  ['the cat sat on the mat', 'a dog', 8, [2, 5, 7, 9, 3, 6, 8, 3], 5],
  ['a dog', 'the cat sat on the mat', 8, [2, 6, 8, 3, 5, 7, 9, 3], 4],
  ['the cat sat on', 'a very good film', 7, [2, 5, 7, 3, 6, 17, 3], 4],
  ['the cat sat on', 'a very good film', 8, [2, 5, 7, 3, 6, 17, 12, 3], 4],
  ['the cat', '', 8, [2, 5, 7, 3, 3], 4],
  ['', 'the cat', 4, [2, 3, 5, 3], 2],
  ['the cat sat', 'a dog', 3, [2, 3, 3], 2],
  ['the cat sat on', 'a very good film not', 6, [2, 5, 3, 6, 17, 3], 3],
];

describe('cutting', () => {
  it.each(recorded)('%j, %j to %i tokens', async (text, pair, maxLength, ids, secondAt) => {
    const dir = await temporaryFolder();
    await writeTokenizer(dir);
    const tokenizer = await loadTokenizer(dir, 40);
    const encode: EncodeTo = encodeTo(tokenizer, maxLength);
    const encoded = encode(text, pair);
    expect([...encoded.ids]).toEqual(ids);
    expect([...encoded.typeIds]).toEqual(ids.map((_, i) => (i < secondAt ? 0 : 1)));
    expect(encoded.truncated).toBe(tokenizer.encode(text, pair).ids.length > maxLength);
  });

  it('refuses a length that not even the special tokens fit', async () => {
    const dir = await temporaryFolder();
    await writeTokenizer(dir);
    const encode = encodeTo(await loadTokenizer(dir, 40), 2);
    expect([...encode('cat', undefined).ids]).toEqual([2, 3]);
    expect(() => encode('cat', 'dog')).toThrow(/max_length: expected at least 3/);
  });
});

describe('loading', () => {
  it('tells sizes and special tokens', async () => {
    const dir = await temporaryFolder();
    await writeTokenizer(dir);
    const tokenizer = await loadTokenizer(dir, 38);
    expect(tokenizer).toMatchObject({ vocabularySize: 38, maxLength: 32 });
    expect([tokenizer.numSpecial('single'), tokenizer.numSpecial('pair')]).toEqual([2, 3]);
  });

  it('does without tokenizer_config.json', async () => {
    const dir = await temporaryFolder();
    await writeTokenizer(dir);
    await rm(join(dir, 'tokenizer_config.json'));
    expect(await loadTokenizer(dir, 38)).toMatchObject({ maxLength: undefined });
  });

  it('refuses ids beyond the model', async () => {
    const dir = await temporaryFolder();
    await writeTokenizer(dir);
    await expect(loadTokenizer(dir, 37)).rejects.toThrow(
      /below the model's vocab_size of 37, found 37 for token "##ο"/,
    );
  });

  it('says what is missing', async () => {
    const dir = await temporaryFolder();
    await expect(loadTokenizer(dir, 40)).rejects.toThrow(/expected tokenizer.json, found none/);
    await writeFile(join(dir, 'vocab.txt'), '[PAD]\n');
    await expect(loadTokenizer(dir, 40)).rejects.toThrow(/only vocab.txt[^]*save_pretrained/);
  });

  const { model, post_processor, ...rest } = tinyTokenizer;
  it.each<[string, object]>([
    ['no model', { ...rest, post_processor }],
    ['no vocabulary', { ...tinyTokenizer, model: { ...model, vocab: undefined } }],
    ['unknown kind', { ...tinyTokenizer, model: { ...model, type: 'WordLevel' } }],
    ['no template for pairs', { ...tinyTokenizer, post_processor: { ...post_processor, pair: undefined } }],
    ['unknown word missing', { ...tinyTokenizer, model: { ...model, unk_token: '<unk>' } }],
    ['negative id', { ...tinyTokenizer, model: { ...model, vocab: { ...model.vocab, cat: -7 } } }],
    ['id not a number', { ...tinyTokenizer, model: { ...model, vocab: { ...model.vocab, cat: '7' } } }],
  ])('refuses a broken one: %s', async (_, tokenizer) => {
    const dir = await temporaryFolder();
    await writeTokenizer(dir, tokenizer);
    await expect(loadTokenizer(dir, 40)).rejects.toThrow(
      /tokenizer\.json: (not a usable tokenizer|expected the id|expected model.type)/,
    );
  });

  it('refuses what is not JSON', async () => {
    const dir = await temporaryFolder();
    await writeFile(join(dir, 'tokenizer.json'), '{"model": ');
    await expect(loadTokenizer(dir, 40)).rejects.toThrow(/expected a JSON object/);
  });
});

it('gives the second text a segment of its own, which a model may lack or not read', async () => {
  const dir = await temporaryFolder();
  await writeTokenizer(dir);
  const tokenizer = await loadTokenizer(dir, 40);
  expect(() => checkSegments(dir, tokenizer, { kind: 'pair', segments: 1 })).toThrow(/segment/);
  for (const segments of [0, 2]) checkSegments(dir, tokenizer, { kind: 'pair', segments });
  checkSegments(dir, tokenizer, { kind: 'single', segments: 1 });
});

it('tells no segments apart where the model is handed none', async () => {
  const dir = await temporaryFolder();
  const segments = async (model_input_names?: string[]) => {
    await writeTokenizer(dir, tinyTokenizer, { pad_token: '[PAD]', model_input_names });
    return (await loadTokenizer(dir, 40)).encode('a cat', 'a dog').typeIds;
  };
  expect(await segments()).toEqual([0, 0, 0, 0, 1, 1, 1]);
  expect(await segments(['input_ids', 'token_type_ids', 'attention_mask'])).toEqual([0, 0, 0, 0, 1, 1, 1]);
  expect(await segments(['input_ids', 'attention_mask'])).toEqual([0, 0, 0, 0, 0, 0, 0]);
});

describe('words', () => {
  it('are cut into tokens one by one; each has its first token', async () => {
    const dir = await temporaryFolder();
    await writeTokenizer(dir);
    const tokenizer = await loadTokenizer(dir, 40);
    const words = ['the', 'runs', '\u200d', 'unknownword', 'cats', '[SEP]', 'good'];
    const tokens = (word: string) => tokenizer.tokenize(word);
    expect(tokens('runs')).toEqual(['run', '##s']);
    expect(tokens('\u200d')).toEqual([]);
    const { ids, typeIds, starts, truncated } = encodeWordsTo(tokenizer, 32)(words);
    expect([...ids]).toEqual(tokenizer.assemble(words.flatMap(tokens)).ids);
    expect(typeIds).toHaveLength(ids.length);
    expect([...starts]).toEqual([1, 2, -1, 4, 5, 7, 8]);
    expect(truncated).toBe(false);
  });
  it('that are cut off have none; one of which a token is left keeps it', async () => {
    const dir = await temporaryFolder();
    await writeTokenizer(dir);
    const tokenizer = await loadTokenizer(dir, 40);
    const encode = encodeWordsTo(tokenizer, 5);
    const { ids, starts, truncated } = encode(['the', 'cat', 'runs', 'sat']);
    expect([...ids].slice(1, -1)).toHaveLength(3);
    expect([[...starts], truncated]).toEqual([[1, 2, 3, -1], true]);
    expect(encode(['the', 'cat', 'sat']).truncated).toBe(false);
    expect(() => encodeWordsTo(tokenizer, 1)).toThrow(/max_length: expected at least 2/);
  });
});
