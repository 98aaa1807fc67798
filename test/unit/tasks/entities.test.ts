import { describe, expect, it } from 'vitest';
import { entitiesOf, TAG } from '../../../src/core/entities.ts';
import { entityMetrics } from '../../../src/tasks/entityMetrics.ts';

const words = (text: string) => (text === '' ? [] : text.split(' '));

// Entities as `seqeval.metrics.sequence_labeling.get_entities` of seqeval 1.2.2 gives them, `end` one more.
it.each([
  ['', []],
  ['O O', []],
  [
    'B-x I-x O B-y',
    [
      ['x', 0, 2],
      ['y', 3, 4],
    ],
  ],
  [
    'B-x B-x',
    [
      ['x', 0, 1],
      ['x', 1, 2],
    ],
  ],
  ['O I-x I-x', [['x', 1, 3]]],
  [
    'I-x I-y',
    [
      ['x', 0, 1],
      ['y', 1, 2],
    ],
  ],
  [
    'B-x I-y I-x',
    [
      ['x', 0, 1],
      ['y', 1, 2],
      ['x', 2, 3],
    ],
  ],
  [
    'B-x I-x E-x I-x',
    [
      ['x', 0, 3],
      ['x', 3, 4],
    ],
  ],
  [
    'S-x E-x S-x',
    [
      ['x', 0, 1],
      ['x', 1, 2],
      ['x', 2, 3],
    ],
  ],
  ['B-a-b I-a-b', [['a-b', 0, 2]]],
  [
    'B I O I',
    [
      ['_', 0, 2],
      ['_', 3, 4],
    ],
  ],
  [
    'E-x E-x O S-y',
    [
      ['x', 0, 1],
      ['x', 1, 2],
      ['y', 3, 4],
    ],
  ],
] as [string, [string, number, number][]][])('entities of %j', (tags, expected) => {
  expect(entitiesOf(words(tags)).map(({ type, start, end }) => [type, start, end])).toEqual(expected);
});

// As `f1_score`, `precision_score`, `recall_score` and `accuracy_score` of seqeval 1.2.2 give them.
describe('metrics of seqeval', () => {
  it('of its own example', () => {
    const truth = [words('O O O B-MISC I-MISC I-MISC O'), words('B-PER I-PER O')];
    const predicted = [words('O O B-MISC I-MISC I-MISC I-MISC O'), words('B-PER I-PER O')];
    expect(entityMetrics(truth, predicted)).toEqual({ f1: 0.5, precision: 0.5, recall: 0.5, accuracy: 0.8 });
  });
  it('with other numbers of entities found than there are, over all sentences', () => {
    const truth = [words('B-x O B-y I-y'), words('B-x')];
    const predicted = [words('B-x B-x B-y O'), words('O')];
    expect(entityMetrics(truth, predicted)).toEqual({
      f1: 1 / 3,
      precision: 1 / 3,
      recall: 1 / 3,
      accuracy: 2 / 5,
    });
  });
  it('where nothing is found, or nothing is there', () => {
    expect(entityMetrics([words('B-x O')], [words('O O')])).toEqual({
      f1: 0,
      precision: 0,
      recall: 0,
      accuracy: 0.5,
    });
    expect(entityMetrics([words('O O')], [words('O I-x')])).toEqual({
      f1: 0,
      precision: 0,
      recall: 0,
      accuracy: 0.5,
    });
    expect(entityMetrics([words('O')], [words('O')])).toEqual({
      f1: 0,
      precision: 0,
      recall: 0,
      accuracy: 1,
    });
  });
  it('does not join what stands in two sentences', () => {
    const [truth, predicted] = [
      [['B-x'], ['I-x']],
      [['B-x'], ['B-x']],
    ];
    expect(entityMetrics(truth, predicted)).toMatchObject({ f1: 1, accuracy: 0.5 });
  });
});

it('knows a tag when it sees one', () => {
  for (const tag of ['O', 'B', 'B-x', 'I-creative-work', 'E-x', 'S-x']) expect(tag, tag).toMatch(TAG);
  for (const tag of ['', '0', 'o', 'NN', 'X-x', 'O-x', 'Bx', 'b-x', ' B-x'])
    expect(tag, tag).not.toMatch(TAG);
});
