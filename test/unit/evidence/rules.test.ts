import { describe, expect, it } from 'vitest';
import { advise } from '../../../src/evidence/advise.ts';
import { rules } from '../../../src/evidence/rules.ts';
import { normsWithoutBias } from '../../../src/evidence/normsWithoutBias.ts';
import { subjectOf } from '../../../src/evidence/subject.ts';
import { editRecipe } from '../../../src/recipe/edit.ts';
import { modelKey, type Facts } from '../../../src/recipe/facts.ts';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import type { MethodUse } from '../../../src/recipe/recipe.ts';
import { edited } from '../../support/edited.ts';
import { tinyAssembly, tinyModels } from '../../support/tinyModel.ts';

/** What is written into a recipe that no rule has advice on. */
interface Written {
  readonly methods?: string;
  readonly training?: string;
  readonly more?: string;
  readonly length?: string;
}

function recipeOf({ methods = '{ lora: {} }', training = '', more = '', length = 'max_length: 8' }: Written) {
  return `version: 1
model: ./model
task: { type: text-classification, train: a.tsv, text: t, label: l, ${length} }
methods: ${methods}
training: { max_steps: 5000${training} }
${more || 'seeds: [1, 2, 3]'}
`;
}

const { info } = tinyAssembly();

const factsOf = (model: typeof info): Facts => ({
  models: new Map([[modelKey({ model: './model' }), { info: model }]]),
  files: new Map(),
});
const facts = factsOf(info);

function adviceOn(text: string, levels = {}, known = facts) {
  const { recipe, problems } = parseRecipe(text, '');
  expect(problems).toEqual([]);
  return advise(recipe!, known, { levels });
}

const idsOf = (text: string) => adviceOn(text).map(({ code }) => code.replace('advice-', ''));

const SEQUENTIAL = 'adapter: { at: [ffn], bottleneck: 2 }';

/** For every rule a recipe on which it has advice, and the words that say why. */
const cases: Readonly<Record<string, Written & { readonly says: string }>> = {
  'best-union': {
    methods:
      '{ ln_tuning: {}, prefix_tuning: { num_virtual_tokens: 2 }, adapter: { at: [attention], bottleneck: 2 } }',
    says: "the paper's best union",
  },
  'attention-with-norms': { methods: '{ ln_tuning: {}, lora: {} }', says: 'a gain from LN-tuning' },
  'ffn-with-norms': { methods: `{ ln_tuning: {}, ${SEQUENTIAL} }`, says: 'a loss from LN-tuning' },
  'norm-parts': { methods: '{ ln_tuning: { parameters: [gain] } }', says: 'the bias is said to matter more' },
  'norm-halves': { methods: '{ ln_tuning: { layers: upper_half } }', says: 'the upper half' },
  'norm-modules': { methods: '{ ln_tuning: { layer_norms: [ffn] } }', says: 'no LayerNorm behind attention' },
  'gain-drift': {
    methods: '{ ln_tuning: { learning_rate: 1.0e-5 } }',
    says: 'over 5000 steps the learning rate sums to 0.025',
  },
  'embedding-norm': { methods: '{ ln_tuning: {} }', says: 'parameters, and about' },
  'shared-tensors': {
    methods: '{ ln_tuning: {}, bitfit: {} }',
    says: 'trained once, at the learning rate of',
  },
  'prefix-length': {
    methods: '{ prefix_tuning: { num_virtual_tokens: 2 } }',
    length: 'pooling: mean',
    says: "the prefix takes 2 of the model's",
  },
  'few-prefix-steps': {
    methods: '{ prefix_tuning: { num_virtual_tokens: 2 } }',
    training: ', max_steps: 20',
    says: 'has 20 steps to learn in',
  },
  'learning-rate-range': {
    methods: '{ lora: { learning_rate: 0.5 } }',
    says: '0.5; 0.0001 to 0.005 is worth searching',
  },
  'shared-learning-rate': {
    methods: '{ ln_tuning: {}, lora: {} }',
    training: ', learning_rate: 1.0e-3',
    says: '(ln_tuning 0.003, lora 0.001)',
  },
  'few-seeds': { more: 'seeds: [1, 2]', says: '2 seeds cannot tell' },
  'head-only-control': {
    more: 'variants: { a: {}, b: { methods: { bitfit: {} } } }\nseeds: [1, 2, 3]',
    says: 'no variant trains the head alone',
  },
};

function textOf({ training = '', ...written }: Written): string {
  const text = recipeOf({ ...written, training });
  return training.includes('max_steps') ? text.replace('max_steps: 5000, ', '') : text;
}

describe('advice', () => {
  it('is not given where there is nothing to say', () => {
    expect(idsOf(recipeOf({}))).toEqual([]);
  });

  it('has a case here for every rule that a model of the registry can meet', () => {
    expect([...Object.keys(cases), normsWithoutBias.id].sort()).toEqual(rules.map(({ id }) => id).sort());
  });

  it.each(Object.entries(cases))('%s', (id, { says, ...written }) => {
    const text = textOf(written);
    const found = adviceOn(text).filter(({ code }) => code === `advice-${id}`);
    expect(found.length).toBeGreaterThan(0);
    const { source, seenOn, verified } = rules.find((rule) => rule.id === id)!;
    for (const { message } of found) {
      expect(message).toContain(says);
      expect(message).toContain(`(${source}; ${seenOn}${verified ? '' : '; not verified'})`);
    }
    expect(adviceOn(text, { [id]: 'off' }).map(({ code }) => code)).not.toContain(`advice-${id}`);
    const levels = adviceOn(text, { [id]: 'warning' }).filter(({ code }) => code === `advice-${id}`);
    expect(levels.map(({ severity }) => severity)).toEqual(found.map(() => 'warning'));
  });

  it.each(Object.entries(cases))('%s is taken by its fixes', (id, { says: _, ...written }) => {
    const text = textOf(written);
    const [{ fixes = [] }] = adviceOn(text).filter(({ code }) => code === `advice-${id}`);
    for (const { changes } of fixes) {
      const edits = editRecipe(text, changes);
      expect(edits).toBeDefined();
      expect(idsOf(edited(text, edits!))).not.toContain(id);
    }
  });

  it('adds what own runs showed of the methods that it compares with', () => {
    const compared = Object.entries(cases).flatMap(([id, { says: _, ...written }]) => {
      const { recipe } = parseRecipe(textOf(written), '');
      const own = (_: unknown, against: readonly MethodUse[]) =>
        against.map((use) => `${use.id} ${JSON.stringify(use.fields)}`).join(' and ');
      const found = advise(recipe!, facts, { own }).filter(({ code }) => code === `advice-${id}`);
      const [seen] = found.flatMap(({ message }) =>
        message.split('. In your runs, this minus the same ').slice(1),
      );
      return seen === undefined ? [] : [[id, seen]];
    });
    expect(Object.fromEntries(compared)).toEqual({
      'best-union': expect.stringMatching(/^without LN-tuning: prefix_tuning .* and adapter /),
      'attention-with-norms': expect.stringMatching(/^without LN-tuning: lora [^ ]*$/),
      'ffn-with-norms': expect.stringMatching(/^without LN-tuning: adapter [^ ]*$/),
      'norm-parts': expect.stringMatching(/^with gain and bias: .*"parameters":\["gain","bias"\]/),
      'norm-halves': expect.stringMatching(/^with the LayerNorms of all layers: .*"layers":"all"/),
      'embedding-norm': expect.stringMatching(
        /^without that of the embeddings: .*"layer_norms":\["attention","ffn"\]/,
      ),
    });
  });

  it('on a scaled learning rate is taken by its fix, though the end of the range is no multiple of the scale', () => {
    const training = ', learning_rate_scale: 3';
    const text = recipeOf({ methods: '{ lora: { learning_rate: 1.0e-5 } }', training });
    const [{ fixes = [] }] = adviceOn(text).filter(({ code }) => code === 'advice-learning-rate-range');
    expect(idsOf(edited(text, editRecipe(text, fixes[0].changes)!))).toEqual([]);
  });

  it.each(tinyModels)(
    'speaks of norms behind sub-layers where $architecture has them there',
    ({ config }) => {
      const { info: model } = tinyAssembly({ config });
      const text = recipeOf({ methods: '{ ln_tuning: { layer_norms: [ffn] } }' });
      const codes = adviceOn(text, {}, factsOf(model)).map(({ code }) => code);
      expect(codes.includes('advice-norm-modules')).toBe(model.architecture.id !== 'gpt2');
    },
  );

  it('tells norms without a bias apart', () => {
    const { recipe } = parseRecipe(recipeOf({ methods: '{ ln_tuning: {} }' }), '');
    const subject = subjectOf(recipe!.configurations[0], recipe!.trees[0], facts);
    const architecture = {
      ...info.architecture,
      tensors: (shape: typeof info.shape) =>
        info.architecture.tensors(shape).filter(({ role }) => role !== 'norm_bias'),
    };
    const [{ message }] = normsWithoutBias.inConfiguration!({
      ...subject,
      model: { info: { ...info, architecture } },
    });
    expect(message).toContain(
      '5 norms of the model have no bias: only their gains are trained, 40 parameters',
    );
    expect(normsWithoutBias.inConfiguration!(subject)).toEqual([]);
  });
});
