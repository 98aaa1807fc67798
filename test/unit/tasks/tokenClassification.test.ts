import { describe, expect, it } from 'vitest';
import { floatTensor } from '../../../src/core/tensor.ts';
import { bert } from '../../../src/models/bert.ts';
import type { EncodeWords, HeadInfo } from '../../../src/tasks/task.ts';
import { tokenClassification } from '../../../src/tasks/tokenClassification.ts';
import { tinyConfig } from '../../support/checkpoints.ts';
import { dataOf } from '../../support/dataOf.ts';

const fields = (more: object = {}) =>
  tokenClassification.fields.parse({ type: 'token-classification', ...more });
const labels = ['B-x', 'I-x', 'O'];
const info: HeadInfo = { architecture: bert, shape: bert.readConfig(tinyConfig), numLabels: 3, missing: [] };

/** As many tokens a word as it has letters, up to six in all, between two special ones. */
const words: EncodeWords = (list) => {
  const ends = list.map((_, i) => list.slice(0, i + 1).join('').length);
  const length = Math.min(6, ends.at(-1)!);
  return {
    ids: Int32Array.from({ length: length + 2 }, (_, i) => i),
    typeIds: new Int32Array(length + 2),
    starts: Int32Array.from(list, ({ length: own }, i) =>
      own === 0 || ends[i] - own >= length ? -1 : 1 + ends[i] - own,
    ),
    truncated: ends.at(-1)! > length,
  };
};
const encode = {
  text: () => expect.unreachable('text'),
  words,
  windows: () => expect.unreachable('windows'),
  ids: () => expect.unreachable('ids'),
  maxLength: 16,
};
const rowOf = (lists: Record<string, string[]>) => ({ index: 3, line: 8, values: {}, lists });

describe('fields', () => {
  it('name the columns as Transformers does', () => {
    expect(fields()).toEqual({ type: 'token-classification', tokens: 'tokens', tags: 'tags' });
    expect(tokenClassification.columns(fields({ tags: 'ner' }))).toEqual({
      inputs: { tokens: 'tokens' },
      label: { tags: 'ner' },
    });
  });
  it('name columns of CoNLL files by their numbers', () => {
    expect(tokenClassification.columns(fields({ token_column: 1, tag_column: 3 }))).toEqual({
      inputs: { token_column: '1' },
      label: { tag_column: '3' },
    });
  });
  it.each([
    [{ labels: ['O', 'NN'] }, 'expected `O`, or B, I, E or S with a type'],
    [{ labels: ['O', 'O'] }, 'labels must differ'],
    [{ tag_column: -1 }, 'tag_column'],
    [{ tag_column: 'ner' }, 'tag_column'],
  ])('refuse %j', (more, word) => {
    expect(() => fields(more)).toThrow(word);
  });
});

describe('features', () => {
  const tags = ['B-x', 'I-x', 'O', 'B-x'];
  const row = rowOf({ tokens: ['ab', '', 'cde', 'fg'], tags });

  it('label the first token of each word, nothing else', () => {
    const [{ targets, starts, isLabelled, truncated }] = tokenClassification.features(
      fields(),
      dataOf(row),
      labels,
      encode,
    );
    expect([...starts]).toEqual([1, -1, 3, 6]);
    expect([...targets]).toEqual([-100, 0, -100, 2, -100, -100, 0, -100]);
    expect([isLabelled, truncated]).toEqual([true, true]);
  });
  it('have no target where the row has no tags', () => {
    const { tokens } = row.lists;
    const [example] = tokenClassification.features(fields(), dataOf(rowOf({ tokens })), labels, encode);
    expect([...example.targets].every((target) => target === -100)).toBe(true);
    expect([example.isLabelled, 'tags' in example]).toEqual([false, false]);
  });
  it('stop at a tag that was not checked', () => {
    const unknown = rowOf({ tokens: ['a'], tags: ['B-z'] });
    expect(() => tokenClassification.features(fields(), dataOf(unknown), labels, encode)).toThrow(
      'internal: row 3',
    );
  });
});

describe('a word of which the model sees nothing', () => {
  const row = rowOf({ tokens: ['abc', '', 'def', 'gh'], tags: ['B-x', 'I-x', 'O', 'B-x'] });
  const examples = tokenClassification.features(fields(), dataOf(row), labels, encode);
  const sure = [0, 0, 1, 1, 0, 1, 1, 0].flatMap((best) => labels.map((_, c) => (c === best ? 500 : 0)));
  const logits = [floatTensor([8, 3], sure)];

  it('counts as predicted O', () => {
    const [prediction] = tokenClassification.decode!(fields(), logits, examples, labels);
    expect(prediction).toEqual({
      id: 3,
      tokens: ['abc', '', 'def', 'gh'],
      prediction: ['B-x', 'O', 'B-x', 'O'],
      label: ['B-x', 'I-x', 'O', 'B-x'],
      scores: [1, null, 1, null],
      entities: [
        { type: 'x', start: 0, end: 1, text: 'abc' },
        { type: 'x', start: 2, end: 3, text: 'def' },
      ],
    });
  });
  it('is measured', () => {
    // Of the entities (0, 2) and (3, 4) none is found; of four words the first is right.
    expect(tokenClassification.metrics(fields(), logits, examples, labels)).toEqual({
      f1: 0,
      precision: 0,
      recall: 0,
      accuracy: 0.25,
    });
  });
});

describe('head', () => {
  it('is a linear map on the tokens; the pooler is not used', () => {
    expect(
      tokenClassification
        .head(fields(), info)
        .map(({ name, shape, init, decay }) => [name, shape, init, decay]),
    ).toEqual([
      ['classifier.weight', [3, 8], { kind: 'normal', std: 0.02 }, true],
      ['classifier.bias', [3], { kind: 'zeros' }, false],
    ]);
    expect(tokenClassification.unused(fields(), info)).toEqual(['pooler.dense.weight', 'pooler.dense.bias']);
  });
});
