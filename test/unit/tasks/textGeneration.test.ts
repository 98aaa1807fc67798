import { describe, expect, it } from 'vitest';
import { IGNORED } from '../../../src/core/ignored.ts';
import { floatTensor } from '../../../src/core/tensor.ts';
import { architectures } from '../../../src/models/registry.ts';
import type { Encoder } from '../../../src/tasks/task.ts';
import { textGeneration, type TextGenerationFields } from '../../../src/tasks/textGeneration.ts';
import { dataOf } from '../../support/dataOf.ts';

const END = 0;

/** A token for each character. */
function encoderOf(maxLength: number): Encoder {
  return {
    text: () => expect.unreachable('text'),
    words: () => expect.unreachable('words'),
    windows: () => expect.unreachable('windows'),
    ids: (text) => Array.from(text, (character) => character.codePointAt(0)!),
    maxLength,
    endId: END,
  };
}

const fields = (more: object = {}) =>
  textGeneration.fields.parse({ type: 'text-generation', prompt: '{a}>', completion: 'b', ...more });
const rowOf = (values: Record<string, string>, index = 0) => ({ index, line: index + 2, values });
const textOf = (ids: ArrayLike<number>) =>
  Array.from(ids, (id) => (id === END ? '#' : id === IGNORED ? '.' : String.fromCodePoint(id))).join('');
const example = (values: Record<string, string>, given: TextGenerationFields = fields(), maxLength = 20) =>
  textGeneration.features(given, dataOf(rowOf(values)), [], encoderOf(maxLength))[0];

describe('fields', () => {
  it('are those of Transformers, with its defaults', () => {
    expect(fields().generation).toEqual({
      max_new_tokens: 128,
      num_beams: 1,
      do_sample: false,
      temperature: 1,
      top_k: 50,
      top_p: 1,
      length_penalty: 1,
      no_repeat_ngram_size: 0,
    });
  });

  it('name the columns of the prompt, each at its field', () => {
    expect(textGeneration.columns(fields({ prompt: '{a} {c.d}' }))).toEqual({
      inputs: { 'prompt.a': 'a', 'prompt.c.d': 'c.d' },
      label: { completion: 'b' },
    });
  });

  it.each([
    [{ prompt: 'none' }, 'no column stands in it'],
    [{ generation: { do_sample: true, num_beams: 2 } }, 'a beam search does not draw'],
    [{ generation: { top_p: 0 } }, 'top_p'],
    [{ generation: { beams: 2 } }, 'beams'],
  ])('refuse %j', (more, word) => {
    expect(() => fields(more)).toThrow(word);
  });
});

describe('beside a model', () => {
  const beside = (id: string, longest: number) => ({ architecture: architectures[id], longest });

  it('needs one that predicts the next token', () => {
    expect(textGeneration.check?.(fields(), beside('bert', 512))).toEqual([
      { field: 'type', message: 'expected a model that predicts the next token, such as GPT-2, found bert' },
    ]);
  });

  it('leaves room for a prompt', () => {
    expect(textGeneration.check?.(fields(), beside('gpt2', 128))).toEqual([
      {
        field: 'generation.max_new_tokens',
        message: 'expected less than the 128 tokens of prompt and completion together, found 128',
        better: 64,
      },
    ]);
    expect(textGeneration.check?.(fields(), beside('gpt2', 129))).toEqual([]);
    expect(textGeneration.check?.(fields({ max_completion_length: 129 }), beside('gpt2', 129))).toMatchObject(
      [{ field: 'max_completion_length', better: 64 }],
    );
  });
});

describe('features', () => {
  it('learn the completion and its end, behind a blank', () => {
    const { inputIds, targets, isLabelled, truncated } = example({ a: 'xy', b: 'cd' });
    expect(textOf(inputIds)).toBe('xy> cd');
    expect(textOf(targets)).toBe('.. cd#');
    expect([isLabelled, truncated]).toEqual([true, false]);
  });

  it('put no blank behind one', () => {
    const { inputIds } = example({ a: 'x', b: 'c' }, fields({ prompt: '{a}\n' }));
    expect(textOf(inputIds)).toBe('x\nc');
  });

  it('cut the beginning of a prompt that leaves no room', () => {
    const { inputIds, targets, truncated, promptIds } = example({ a: 'abcdef', b: 'yz' }, fields(), 6);
    expect(textOf(inputIds)).toBe('ef> yz');
    expect(textOf(targets)).toBe('.. yz#');
    expect(truncated).toBe(true);
    expect(textOf(promptIds)).toBe('abcdef>');
  });

  it.each([
    [3, ' yz', true],
    [4, ' yz#', false],
  ])('cut a completion to %i tokens, its end among them', (max_completion_length, learned, cut) => {
    const { targets, truncated, completion } = example(
      { a: 'x', b: 'yz' },
      fields({ max_completion_length }),
    );
    expect(textOf(targets)).toBe(`.${learned}`);
    expect([truncated, completion]).toEqual([cut, 'yz']);
  });

  it('have the prompt alone where the row has no completion', () => {
    const { inputIds, targets, isLabelled } = example({ a: 'x' });
    expect(textOf(inputIds)).toBe('x>');
    expect(textOf(targets)).toBe('..');
    expect(isLabelled).toBe(false);
  });

  it.each([
    [
      { a: 'x', b: 'much too long' },
      6,
      'data/texts.csv:2: expected a completion that leaves room for a prompt in 6 tokens, found one of 15',
    ],
    [{ a: 'x', b: ' \n' }, 20, 'data/texts.csv:2: expected a text to be written in "b", found none'],
  ])('refuse %j', (values, maxLength, message) => {
    expect(() => example(values, fields(), maxLength)).toThrow(message);
  });

  it('refuse a prompt without any token', () => {
    expect(() => example({ a: '', b: 'x' }, fields({ prompt: '{a}' }))).toThrow(
      'data/texts.csv:2: expected a prompt, found none',
    );
  });
});

describe('what is written', () => {
  const rows = [
    rowOf({ a: 'one', b: 'the cat sat' }, 0),
    rowOf({ a: 'two', b: 'a dog ran away' }, 1),
    rowOf({ a: 'one', b: 'the cat was sitting' }, 2),
  ];
  const examples = textGeneration.features(fields(), dataOf(...rows), [], encoderOf(40));
  const writes = textGeneration.writes!;

  it('is asked for once for each prompt', () => {
    expect(writes.requests(examples).map(({ id, promptIds }) => [id, textOf(promptIds)])).toEqual([
      [0, 'one>'],
      [1, 'two>'],
    ]);
  });

  it('is measured by every text of its prompt', () => {
    const right = writes.metrics(examples, ['the cat was sitting', 'a dog ran away']);
    expect(right).toEqual({ bleu: 1, rouge1: 1, rouge2: 1, rougeL: 1 });
    expect(Object.keys(right)).toEqual(writes.metricNames);
    expect(writes.metrics(examples, ['the dog ran', 'a cat']).rougeL).toBeLessThan(0.7);
  });

  it('stands beside its prompt and those texts', () => {
    expect(writes.decode(examples, ['t', 'u'])).toEqual([
      { id: 0, input: 'one>', prediction: 't', label: ['the cat sat', 'the cat was sitting'] },
      { id: 1, input: 'two>', prediction: 'u', label: ['a dog ran away'] },
    ]);
  });
});

it('measures the perplexity of the completions', () => {
  const examples = textGeneration.features(fields(), dataOf(rowOf({ a: 'x', b: 'cd' })), [], encoderOf(20));
  const outcome = floatTensor([5, 1], [0, Math.log(2), Math.log(2), Math.log(4), 0]);
  // Four targets: the blank, two letters and the end.
  expect(textGeneration.metrics(fields(), [outcome], examples, []).perplexity).toBeCloseTo(2, 6);
});
