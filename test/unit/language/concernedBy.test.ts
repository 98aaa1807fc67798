import { describe, expect, it } from 'vitest';
import { advise } from '../../../src/evidence/advise.ts';
import { describe as described } from '../../../src/language/describe.ts';
import { factsWanted, type Facts } from '../../../src/recipe/facts.ts';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import type { Problem } from '../../../src/recipe/problem.ts';

const start = { line: 0, character: 0 };

/** Which variants the description says are concerned by problems at these paths. */
function concerned(text: string, ...paths: string[]) {
  const problems = paths.map((path): Problem => ({
    code: 'no-effect',
    severity: 'warning',
    message: path,
    path,
    range: { start, end: start },
  }));
  const read = parseRecipe(text, 'a.peft.yaml');
  return describedOf(text, read, problems)?.map(({ path, variants }) => [path, variants] as const);
}

function describedOf(
  text: string,
  read: ReturnType<typeof parseRecipe>,
  problems: readonly Problem[],
  facts: Facts = { models: new Map(), files: new Map() },
) {
  return described(text, 'a.peft.yaml', read, problems, {}, facts).concerned;
}

const head = `version: 1
model: ./m
task: { type: text-classification, train: t.tsv, text: a, label: b }
`;

it('what stands in a variant concerns it alone; what variants share, those that have it', () => {
  const text = `${head}methods: { ln_tuning: {} }
variants:
  plain: {}
  longer: { training: { num_train_epochs: 9 } }
  lora: { methods: { lora: { r: 4 } } }
training: { num_train_epochs: 2, weight_decay: 0 }
seeds: [1]
`;
  expect(
    concerned(
      text,
      'methods.ln_tuning',
      'methods.ln_tuning.learning_rate',
      'variants.lora.methods.lora.r',
      'training.num_train_epochs',
      'variants.longer.training.num_train_epochs',
      'training.weight_decay',
      'model',
      'seeds',
      'variants',
      'wrong',
    ),
  ).toEqual([
    ['methods.ln_tuning', ['plain', 'longer']],
    ['methods.ln_tuning.learning_rate', ['plain', 'longer']],
    ['variants.lora.methods.lora.r', ['lora']],
    ['training.num_train_epochs', ['plain', 'lora']],
    ['variants.longer.training.num_train_epochs', ['longer']],
    ['training.weight_decay', ['plain', 'longer', 'lora']],
    ['model', ['plain', 'longer', 'lora']],
    ['seeds', []],
    ['variants', []],
    ['wrong', ['plain', 'longer', 'lora']],
  ]);
});

it('a value of the grid concerns the points that have it', () => {
  const text = `${head}methods: { lora: { r: 2 }, ln_tuning: {} }
grid: { methods.lora.r: [4, 8], training.num_train_epochs: [1, 2] }
`;
  const found = concerned(text, 'grid.methods.lora.r.1', 'methods.lora.r', 'methods.ln_tuning', 'grid')!;
  expect(found.map(([, variants]) => variants.length)).toEqual([2, 0, 4, 0]);
  expect(found[0][1]).toEqual(['r=8, num_train_epochs=1', 'r=8, num_train_epochs=2']);
});

it('is known of a recipe with errors, of one without variants, and of the union that is written', () => {
  expect(concerned(`${head}methods: { mam: {} }\n`, 'methods.mam')).toEqual([['methods.mam', ['a']]]);
  const wrong = `${head}variants: { x: { methods: { lora: { r: no } } }, y: { methods: { lora: {} } } }\n`;
  const read = parseRecipe(wrong, 'a.peft.yaml');
  expect(read.recipe).toBeUndefined();
  expect(describedOf(wrong, read, read.problems)).toMatchObject([
    { path: 'variants.x.methods.lora.r', message: read.problems[0].message, variants: ['x'] },
  ]);
});

describe('of what stands at a place that variants share', () => {
  const text = `${head}methods: { ln_tuning: {} }
variants:
  alone: {}
  union: { methods: { ln_tuning: {}, lora: {} } }
  long: { training: { num_train_epochs: 900 } }
training: { learning_rate: 0.01 }
`;
  const read = parseRecipe(text, 'a.peft.yaml');
  const facts: Facts = {
    models: new Map(),
    files: new Map(
      [...factsWanted(read.recipe!).files.keys()].map((key) => [
        key,
        { columns: ['a', 'b'], rows: 40, labels: ['x', 'y'] } as never,
      ]),
    ),
  };
  const codes = (problems: readonly Problem[], known?: Facts) => {
    const found = describedOf(text, read, problems, known)!;
    return problems.map(({ code }, index) => [code, found[index].variants]);
  };

  it('the advice concerns those of which it is given, and what the recipe lacks none', () => {
    const problems = advise(read.recipe!, facts);
    expect(codes(problems, facts)).toEqual([
      ['advice-few-seeds', []],
      ['advice-head-only-control', []],
      ['advice-learning-rate-range', ['union']],
      ['advice-shared-learning-rate', ['union']],
    ]);
    const told = problems.map((each) => ({ ...each, message: `${each.message}. In your runs: +0.01` }));
    expect(codes(told, facts)).toEqual(codes(problems, facts));
  });

  it('what is found with the data alone is told of each that has it', () => {
    const prefix = text.replaceAll('ln_tuning', 'prefix_tuning');
    const other = parseRecipe(prefix, 'a.peft.yaml');
    const few = advise(other.recipe!, facts).filter(({ code }) => code === 'advice-few-prefix-steps');
    const variants = describedOf(prefix, other, few, facts)!.map((each) => [each.path, each.variants]);
    expect(variants).toEqual([
      ['methods.prefix_tuning', ['alone']],
      ['variants.union.methods.prefix_tuning', ['union']],
    ]);
  });
});

it('is absent where there are no problems', () => {
  expect(concerned(`${head}methods: { ln_tuning: {} }\n`)).toBeUndefined();
});
