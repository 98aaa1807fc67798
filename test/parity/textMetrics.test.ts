import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { keyOf, uniformAt } from '../../src/core/random.ts';
import { readTable } from '../../src/data/table.ts';
import { bleu } from '../../src/tasks/bleu.ts';
import type { Generated } from '../../src/tasks/generated.ts';
import { groupBy } from '../../src/core/groupBy.ts';
import { rouge, rougeOf } from '../../src/tasks/rouge.ts';
import { tokenize13a } from '../../src/tasks/tokenize13a.ts';
import { asking } from './interpreter.ts';
import { texts } from './texts.ts';

const ask = asking('textMetrics.py', 'PARITY_PYTHON');
const CLOSE = 1e-9;

function drawing(seed: number) {
  let drawn = 0;
  return (below: number) => Math.floor(uniformAt(keyOf('text metrics', seed), drawn++) * below);
}

/** Another text with some of the words of this one, in about their order. */
function varied(text: string, seed: number): string {
  const draw = drawing(seed);
  const kept = text.split(/( +)/).flatMap((word) => {
    const fate = draw(10);
    if (fate === 0) return [];
    if (fate === 1) return [word, ' ', word];
    return fate === 2 ? [word.toUpperCase()] : [word];
  });
  if (draw(3) === 0) kept.reverse();
  return kept.join('');
}

/** What tokenizers and smoothing go apart at. */
const awkward: Generated[] = [
  { hypothesis: '', references: ['something'] },
  { hypothesis: 'something', references: [''] },
  { hypothesis: '', references: [''] },
  { hypothesis: ' \t', references: ['a', ''] },
  { hypothesis: 'The cat sat on the mat.', references: ['The cat sat on the mat.'] },
  { hypothesis: 'the the the the the', references: ['the cat is on the mat', 'there is a cat on the mat'] },
  { hypothesis: 'a b c', references: ['a b c d e f', 'a', 'a b'] },
  { hypothesis: '&quot;A&amp;lt;B&gt;&lt; <skipped>x', references: ['"A&lt;B>< x', 'A & B'] },
  { hypothesis: 'co-\noperate on\nlines-\n', references: ['cooperate on lines-', 'co-operate'] },
  { hypothesis: '3.14, 1,000.5 .5 5. 2-3 2-x x-2 $1,50', references: ['3.14 , 1,000.5 .5 5 . 2 - 3', '$ 1'] },
  { hypothesis: "don't [x] {y} a/b a_b a^b `q` ~ # @ % * + = | \\ ; : ? !", references: ["don't a / b"] },
  { hypothesis: 'a\u00a0b\u3000c\u2028d\u0085e\u001cf\ufeffg', references: ['a b c d e f g'] },
  { hypothesis: 'İstanbul \u212aelvin ﬁ ß straße', references: ['i stanbul kelvin fi ss strasse'] },
  { hypothesis: '日本語、テスト。😀.😀,x', references: ['日本語、テスト。😀 . 😀 , x', '日本'] },
  { hypothesis: 'x'.repeat(200), references: ['x'.repeat(200), 'y'] },
];

const many = texts().map((text, i): Generated => {
  const references = Array.from({ length: 1 + (i % 4) }, (_, k) =>
    k === 0 ? text : varied(text, 1000 * k + i),
  );
  return { hypothesis: varied(text, i), references };
});

const corpora: Record<string, Generated[]> = {
  awkward,
  'texts of all scripts, one to four references each': many,
  'one reference': many.map(({ hypothesis, references }) => ({ hypothesis, references: [references[0]] })),
  'hypotheses too short': many.map(({ hypothesis, references }) => ({
    hypothesis: hypothesis.slice(0, hypothesis.length / 3),
    references,
  })),
  'no four words in common': many
    .map(({ hypothesis, references }) => ({
      hypothesis: hypothesis.split(' ').reverse().join(' '),
      references,
    }))
    .slice(30, 40),
  'nothing in common': [{ hypothesis: 'a b c d e', references: ['v w x y z'] }],
  'fewer than four words': [{ hypothesis: 'a b c', references: ['a b c'] }],
  'no hypotheses': [{ hypothesis: '', references: ['a b c d'] }],
  'one word of many': [{ hypothesis: 'a b c d e f', references: ['a z'] }],
};

const datasets = new URL('../../../shared/datasets/', import.meta.url);
const present = existsSync(datasets);
if (!present) console.log('skipped: no data sets in ../shared/datasets');
if (present) {
  // The first reference of each meaning, against the others, as people who wrote of the same.
  const file = fileURLToPath(new URL('table2text_e2e/dev.csv', datasets));
  const { rows } = await readTable(file, { columns: { mr: 'text', ref: 'text' } });
  corpora['restaurants of E2E, up to 42 references'] = [
    ...groupBy(rows, ({ values }) => values.mr).values(),
  ].flatMap((group) => {
    const [hypothesis, ...references] = group.map(({ values }) => values.ref);
    return references.length === 0 ? [] : [{ hypothesis, references }];
  });
  const dialogues = fileURLToPath(new URL('dialogue_mts/dev.csv', datasets));
  const { rows: notes } = await readTable(dialogues, { columns: { section_text: 'text', dialogue: 'text' } });
  corpora['notes of MTS-Dialog against the dialogues'] = notes.map(({ values }) => ({
    hypothesis: values.dialogue,
    references: [values.section_text],
  }));
}

const all = Object.entries(corpora).map(([name, corpus]) => ({
  name,
  corpus,
  bleu: ask<{ score: number; tokens: string[][] }>('bleu', corpus),
  rouge: ask<Record<'rouge1' | 'rouge2' | 'rougeL', number[]>>('rouge', corpus),
}));

it.each(all)('BLEU of sacrebleu: $name', async ({ corpus, bleu: answer }) => {
  const { score, tokens } = await answer;
  corpus.forEach(({ hypothesis }, i) =>
    expect(tokenize13a(hypothesis), JSON.stringify(hypothesis)).toEqual(tokens[i]),
  );
  expect(Math.abs(bleu(corpus) - score / 100)).toBeLessThan(CLOSE);
});

it.each(all)('ROUGE of rouge-score: $name', async ({ corpus, rouge: answer }) => {
  const expected = await answer;
  for (const name of ['rouge1', 'rouge2', 'rougeL'] as const) {
    corpus.forEach((each, i) =>
      expect(
        Math.abs(rougeOf(each)[name] - expected[name][i]),
        `${name} of ${JSON.stringify(each)}`,
      ).toBeLessThan(CLOSE),
    );
    const mean = expected[name].reduce((sum, x) => sum + x, 0) / corpus.length;
    expect(Math.abs(rouge(corpus)[name] - mean)).toBeLessThan(CLOSE);
  }
});

it('the corpora have scores of all sizes', async () => {
  const scores = await Promise.all(all.map(async ({ bleu }) => (await bleu).score));
  expect(scores.filter((score) => score === 0).length).toBeGreaterThan(2);
  expect(scores.filter((score) => score > 1 && score < 99).length).toBeGreaterThan(3);
});
