import { expect, describe, it } from 'vitest';
import { UserError } from '../../../src/core/errors.ts';
import { readDataFacts } from '../../../src/data/facts.ts';
import { splitByHash } from '../../../src/data/split.ts';
import { readTable } from '../../../src/data/table.ts';
import { testFolder } from './folder.ts';

const folder = testFolder();
const columns = { question: 'text', context: 'text', answers: { answersIn: 'context' } } as const;
const context = 'Zoë saw \u{1F600} in Rome.';
const rome = { text: 'Rome', answer_start: 13 };

const nested = (qas: unknown, more: object = { context }) =>
  JSON.stringify({ data: [{ title: 'Trips', paragraphs: [{ qas, ...more }] }] });
const line = (answers: unknown) => `${JSON.stringify({ id: 7, question: 'Where?', context, answers })}\n`;

const read = (name: string, content: string) => readTable(folder.write(name, content), { columns });

async function fault(reading: Promise<unknown>): Promise<string> {
  const error = await reading.then(
    () => expect.unreachable('no error'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UserError);
  return (error as UserError).message.replaceAll(`${folder.path}/`, '');
}

describe('answers', () => {
  it('are read from the nested file of SQuAD, with the place of each question', async () => {
    const qas = [
      { id: 'q1', question: 'Where?', answers: [rome, rome] },
      { id: 'q2', question: 'Who?', answers: [{ text: 'Zoë', answer_start: 0 }] },
    ];
    const table = await read('a.json', nested(qas));
    expect(table.columns).toEqual(['title', 'id', 'question', 'answers', 'context']);
    expect(table.rows).toEqual([
      {
        index: 0,
        line: 1,
        path: 'data[0].paragraphs[0].qas[0]',
        name: 'q1',
        values: { question: 'Where?', context },
        answers: {
          answers: [
            { text: 'Rome', start: 13 },
            { text: 'Rome', start: 13 },
          ],
        },
      },
      {
        index: 1,
        line: 1,
        path: 'data[0].paragraphs[0].qas[1]',
        name: 'q2',
        values: { question: 'Who?', context },
        answers: { answers: [{ text: 'Zoë', start: 0 }] },
      },
    ]);
  });
  it('are the same from lines of JSON', async () => {
    const { rows } = await read('a.jsonl', line({ text: ['Rome'], answer_start: [13] }) + line([rome]));
    expect(rows.map(({ line, name, answers }) => [line, name, answers])).toEqual(
      [1, 2].map((line) => [line, '7', { answers: [{ text: 'Rome', start: 13 }] }]),
    );
  });
  it('decide on which side of a split a question falls', async () => {
    const rows = Array.from({ length: 40 }, (_, i) =>
      line({ text: ['o'], answer_start: [i % 2 === 0 ? 1 : 14] }),
    ).join('');
    const table = await read('split.jsonl', rows);
    // Equal rows land on one side, and there are two kinds, which some seed parts.
    const sizes = Array.from({ length: 8 }, (_, seed) => {
      try {
        return splitByHash(table.rows, { share: 0.5 }, seed).train.length;
      } catch {
        return 0;
      }
    });
    expect([...new Set(sizes)].sort()).toEqual([0, 20]);
  });

  it.each([
    [
      'no place',
      line([{ text: 'Rome' }]),
      'bad.jsonl:1 ("7"): expected answers for "answers", found an array',
    ],
    ['lists of two lengths', line({ text: ['Rome'], answer_start: [] }), 'found an object that holds none'],
    [
      'a text',
      line('Rome'),
      'found "Rome" that holds none\n  Answers are a list of { "text", "answer_start" }',
    ],
    ['no answer', line({ text: [], answer_start: [] }), 'bad.jsonl:1 ("7"): expected at least one answer'],
    [
      'an empty answer',
      line([{ text: '', answer_start: 3 }]),
      'expected the text of an answer, found an empty',
    ],
    [
      'units of UTF-16',
      line([{ text: 'Rome', answer_start: 14 }]),
      'expected the answer "Rome" at character 14 of its context, found "ome."\n  Characters are counted as Python does',
    ],
    ['a wrong place', line([{ text: 'saw', answer_start: 3 }]), 'found " sa"\n  It stands at 4.'],
    [
      'a place beyond the context',
      line([{ text: 'Rome', answer_start: 99 }]),
      'found that only 18 characters are there\n  It stands at 13.',
    ],
    ['another text', line([{ text: 'Paris', answer_start: 13 }]), 'The context does not have this text.'],
    ['a part of a place', line([{ text: 'Rome', answer_start: 1.5 }]), 'expected answers for "answers"'],
  ])('that are unusable are refused with their place: %s', async (_, content, message) => {
    const file = folder.write('bad.jsonl', content);
    expect(await fault(readTable(file, { columns }))).toContain(message);
    // What stands there is looked at while a recipe is written, too.
    expect(await fault(readDataFacts(file, { columns }))).toContain(message);
  });
  it('are not looked for in a column that is not there', async () => {
    const file = folder.write('other.jsonl', '{"context":"a","answers":[]}\n'.replace('context', 'text'));
    expect(await readDataFacts(file, { columns })).toMatchObject({ rows: 1, columns: ['text', 'answers'] });
    expect(await fault(readTable(file, { columns }))).toContain('expected a column "question"');
  });
});

describe('a file that is not as SQuAD', () => {
  it.each([
    ['no JSON', '{', 'bad.json: expected one JSON object as in SQuAD, found no JSON'],
    ['a list', '[]', 'bad.json: expected an object as in SQuAD, found an array'],
    ['no data', '{"questions":[]}', 'expected data to be a list as in SQuAD, found nothing'],
    [
      'an article that is a text',
      '{"data":["x"]}',
      'expected data[0] to be an object as in SQuAD, found "x"',
    ],
    ['no paragraphs', '{"data":[{"title":"x"}]}', 'expected data[0].paragraphs to be a list'],
    ['no questions', nested([]), 'bad.json: expected questions as in SQuAD, found none'],
    ['no context', nested([{ question: 'Who?', answers: [rome] }], {}), 'expected a column "context"'],
    [
      'an answer elsewhere',
      nested([{ id: 'q', question: 'Where?', answers: [{ ...rome, answer_start: 12 }] }]),
      'bad.json: data[0].paragraphs[0].qas[0] ("q"): expected the answer "Rome" at character 12',
    ],
    [
      'a question without answers',
      nested([{ question: 'Where?', answers: [rome] }, { question: 'Who?' }]),
      'bad.json: data[0].paragraphs[0].qas[1]: expected a value for "answers", found none',
    ],
  ])('%s', async (_, content, message) => {
    expect(await fault(read('bad.json', content))).toContain(message);
  });
});
