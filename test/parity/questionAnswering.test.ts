import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { encodeWindowsTo } from '../../src/checkpoints/encodeWindows.ts';
import { loadTokenizer } from '../../src/checkpoints/tokenizer.ts';
import { tinyConfig, tinyTokenizer, writeTokenizer } from '../support/checkpoints.ts';
import { BYTE_LEVEL_VOCABULARY_SIZE, byteLevelTokenizer } from '../support/byteLevelTokenizer.ts';
import { findMiniLm } from '../support/miniLm.ts';
import { suiteFolder } from '../support/temporaryFolder.ts';
import { python } from './python.ts';
import { texts } from './texts.ts';

const folder = suiteFolder();

/** A tokenizer's folder, as Python opens it. */
async function tokenizerFolder(
  name: string,
  tokenizer: object,
  config: object,
  pad = '[PAD]',
): Promise<string> {
  const dir = join(folder, name);
  await mkdir(dir);
  await writeFile(join(dir, 'config.json'), JSON.stringify(config));
  await writeTokenizer(dir, tokenizer);
  await writeFile(join(dir, 'tokenizer_config.json'), JSON.stringify({ pad_token: pad }));
  return dir;
}

const cased = { ...tinyTokenizer, normalizer: { ...tinyTokenizer.normalizer, lowercase: false } };
const byteLevel = { ...tinyConfig, vocab_size: BYTE_LEVEL_VOCABULARY_SIZE };
const tokenizers: {
  readonly name: string;
  readonly dir: string | undefined;
  readonly size: number;
  readonly readsTypes?: boolean;
}[] = [
  {
    name: 'a vocabulary of 38 words',
    dir: await tokenizerFolder('tiny', tinyTokenizer, tinyConfig),
    size: 40,
  },
  { name: 'the same with capitals', dir: await tokenizerFolder('cased', cased, tinyConfig), size: 40 },
  ...(await Promise.all(
    [
      { addPrefixSpace: false, trimOffsets: true },
      { addPrefixSpace: true, trimOffsets: true },
      { addPrefixSpace: true, trimOffsets: false },
    ].map(async (options, i) => ({
      name: `byte-level ${JSON.stringify(options)}`,
      dir: await tokenizerFolder(`bytes${i}`, byteLevelTokenizer(options), byteLevel, '<pad>'),
      size: BYTE_LEVEL_VOCABULARY_SIZE,
      readsTypes: false,
    })),
  )),
  { name: 'that of all-MiniLM-L6-v2', dir: await findMiniLm(), size: 30522 },
];

const all = texts();
/** Long contexts: texts of many scripts one after the other, and each text alone. */
const contexts = [
  ...all,
  ...Array.from({ length: 20 }, (_, i) => all.slice(9 * i, 9 * i + 9).join(' the cat ')),
];
const questions = contexts.map((_, i) => [`  the dog ${'sat '.repeat(i % 5)}?`, 'é 日本 \u{1F600}'][i % 2]);

const windowed = tokenizers.flatMap((tokenizer) =>
  [
    { max_length: 64, doc_stride: 16 },
    { max_length: 40, doc_stride: 0 },
  ].map((lengths) => {
    const asked = { questions, contexts, ...lengths };
    const answer = tokenizer.dir === undefined ? undefined : python.tokenizeWindows(tokenizer.dir, asked);
    return { ...tokenizer, ...lengths, answer };
  }),
);

it.for(windowed)(
  "windows of $max_length tokens and places in the text are Python's with $name",
  async ({ dir, size, readsTypes = true, max_length, doc_stride, answer }, { skip }) => {
    if (dir === undefined || answer === undefined) return skip('the model is not on this machine');
    const { windows: expected } = await answer;
    const encode = encodeWindowsTo(await loadTokenizer(dir, size), max_length);
    let several = 0;
    contexts.forEach((context, i) => {
      const { windows } = encode(questions[i].trimStart(), context, { stride: doc_stride });
      const found = windows.map(({ ids, typeIds, starts, ends }) => ({
        input_ids: [...ids],
        // The library's RobertaProcessing tells types, Python's does not, and models with such tokenizers read none.
        token_type_ids: Array.from(typeIds, (type) => (readsTypes ? type : 0)),
        offsets: Array.from(starts, (start, k) => (start < 0 ? null : [start, ends[k]])),
      }));
      expect(found, JSON.stringify([questions[i], context])).toEqual(expected[i]);
      several += Number(windows.length > 1);
    });
    expect(several).toBeGreaterThan(20);
  },
);
