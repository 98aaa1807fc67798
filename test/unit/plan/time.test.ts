import { expect, it } from 'vitest';
import { estimateTime } from '../../../src/plan/time.ts';
import type { SplitRows } from '../../../src/recipe/splitRows.ts';
import { parseRecipe } from '../../../src/recipe/parse.ts';

/** A step takes 1 s, a batch of an evaluation 0.1 s. */
function timeWith(training: string, examples: SplitRows) {
  const { recipe, problems } = parseRecipe(
    `version: 1
model: ./model
task: { type: text-classification, train: train.tsv, validation: dev.tsv, text: text, label: label }
methods: { ln_tuning: {} }
training: { per_device_train_batch_size: 10, per_device_eval_batch_size: 10, ${training} }
`,
    'test.peft.yaml',
  );
  if (recipe === undefined) throw new Error(JSON.stringify(problems));
  const work = (nodes: number) => ({ products: 0, pointwise: 0, written: 0, nodes });
  return estimateTime({
    training: recipe.configurations[0].training,
    examples,
    step: work(10),
    evaluation: work(1),
    secondsOf: ({ nodes }) => nodes / 10,
  });
}

it.each<[training: string, examples: SplitRows, steps: number, seconds: number]>([
  ['num_train_epochs: 2', { train: 95, validation: 0 }, 20, 20],
  ['num_train_epochs: 2', { train: 100, validation: 50 }, 20, 20 + 2 * 0.5],
  ['num_train_epochs: 2.5', { train: 100, validation: 50 }, 25, 25 + 3 * 0.5],
  ['num_train_epochs: 1', { train: 100, validation: 50, test: 30 }, 10, 10 + 0.5 + 0.3],
  ['num_train_epochs: 2, gradient_accumulation_steps: 4', { train: 100, validation: 10 }, 6, 6 + 2 * 0.1],
  ['max_steps: 30, eval_strategy: steps, eval_steps: 7', { train: 100, validation: 50 }, 30, 30 + 5 * 0.5],
  ['max_steps: 30, eval_strategy: no', { train: 100, validation: 50 }, 30, 30 + 0.5],
  ['max_steps: 30', { validation: 50 }, 30, 30 + 0.5],
])('%s over %o: %d steps', (training, rows, stepsPerRun, secondsPerRun) => {
  const time = timeWith(training, rows);
  expect(time).toMatchObject({ secondsPerStep: 1, stepsPerRun });
  expect(time.secondsPerRun).toBeCloseTo(secondsPerRun, 9);
});

it('tells nothing of a run over data that are not known', () => {
  expect(timeWith('num_train_epochs: 2', {})).toEqual({ secondsPerStep: 1 });
});
