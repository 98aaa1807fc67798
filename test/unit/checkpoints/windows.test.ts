import { describe, expect, it } from 'vitest';
import { encodeWindowsTo } from '../../../src/checkpoints/encodeWindows.ts';
import { loadTokenizer } from '../../../src/checkpoints/tokenizer.ts';
import { codePointSlice } from '../../../src/core/codePoints.ts';
import { BYTE_LEVEL_VOCABULARY_SIZE, byteLevelTokenizer } from '../../support/byteLevelTokenizer.ts';
import { temporaryFolder, tinyConfig, tinyTokenizer, writeTokenizer } from '../../support/checkpoints.ts';

async function tokenizerOf(description: object = tinyTokenizer, size = tinyConfig.vocab_size) {
  const dir = await temporaryFolder();
  await writeTokenizer(dir, description);
  return loadTokenizer(dir, size);
}

/** Tokens of a text with the part of it that each stands for. */
async function partsOf(text: string, tokenizer: ReturnType<typeof tokenizerOf> = tokenizerOf()) {
  const { locate, trimmed, tokenize } = await tokenizer;
  const located = locate(text);
  expect(located.map(({ token }) => token)).toEqual(tokenize(text));
  return trimmed(located).map(({ token, start, end }) => [token, codePointSlice(text, start, end)]);
}

describe('tokens stand for parts of a text', () => {
  it('of which the normalizer changed the characters', async () => {
    expect(await partsOf('\u{1F600} The CAFÉ\u0301\u200b, 日本 dogs')).toEqual([
      ['[UNK]', '\u{1F600}'],
      ['the', 'The'],
      ['cafe', 'CAFÉ'],
      [',', ','],
      ['日', '日'],
      ['本', '本'],
      ['dog', 'dog'],
      ['##s', 's'],
    ]);
  });
  it('also those that are added tokens', async () => {
    expect(await partsOf('the [SEP]cat')).toEqual([
      ['the', 'the'],
      ['[SEP]', '[SEP]'],
      ['cat', 'cat'],
    ]);
  });
  it('of bytes, of which several may share a character; blanks are left out', async () => {
    const bytes = tokenizerOf(byteLevelTokenizer(), BYTE_LEVEL_VOCABULARY_SIZE);
    expect(await partsOf('The  cat\u{1F600}é', bytes)).toEqual([
      ['The', 'The'],
      ['Ġ', ''],
      ['Ġcat', 'cat'],
      ['ðŁ', '\u{1F600}'],
      ['ĺ', '\u{1F600}'],
      ['Ģ', '\u{1F600}'],
      ['Ã©', 'é'],
    ]);
  });
  it('or the tokenizer is refused', async () => {
    const stripping = {
      ...tinyTokenizer,
      normalizer: { type: 'Strip', strip_left: true, strip_right: true },
    };
    const { locate } = await tokenizerOf(stripping);
    expect(() => locate(' the cat')).toThrow('cannot tell which parts of " the cat" its tokens stand for');
  });
});

describe('windows', () => {
  const windowsOf = async (second: string, maxLength: number, stride: number) =>
    encodeWindowsTo(await tokenizerOf(), maxLength)('the dog', second, { stride });
  const text = 'a cat sat on mat good bad film';

  it('are as long as there is room, and overlap by the stride', async () => {
    const { windows, room } = await windowsOf(text, 9, 2);
    expect(room).toBe(4);
    const words = windows.map(({ starts, ends }) => {
      const places = [...starts].flatMap((start, i) => (start < 0 ? [] : [text.slice(start, ends[i])]));
      return places.join(' ');
    });
    expect(words).toEqual(['a cat sat on', 'sat on mat good', 'mat good bad film']);
    expect(windows.map(({ typeIds }) => [...typeIds])).toEqual(Array(3).fill([0, 0, 0, 0, 1, 1, 1, 1, 1]));
    for (const { ids } of windows) expect([ids[0], ids[3], ids[8]]).toEqual([2, 3, 3]);
  });
  it('are one where all fits, and none where they would not get on', async () => {
    expect((await windowsOf(text, 13, 99)).windows).toHaveLength(1);
    expect(await windowsOf(text, 12, 7)).toEqual({ windows: [], room: 7 });
    expect(await windowsOf(text, 4, 0)).toEqual({ windows: [], room: -1 });
    expect((await windowsOf('', 5, 0)).windows).toHaveLength(1);
  });
});
