import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ownEvidence, trainedIn } from '../../../src/facts/ownRuns.ts';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import type { Configuration } from '../../../src/recipe/recipe.ts';
import { withPaths, writeResolved } from '../../../src/recipe/resolved.ts';
import { createRun } from '../../../src/runs/createRun.ts';
import type { RunRecord } from '../../../src/runs/runRecord.ts';
import { finishRun } from '../../support/finishRun.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const recipeOf = ({ methods = '{ lora: {}, ln_tuning: {} }', training = 'max_steps: 10', text = 't' }) =>
  `version: 1
model: ./model
task: { type: text-classification, train: a.tsv, validation: b.tsv, text: ${text}, label: l }
methods: ${methods}
training: { ${training} }
`;

function configurationOf(given: Parameters<typeof recipeOf>[0]): Configuration {
  const { recipe, problems } = parseRecipe(recipeOf(given), 'own.peft.yaml');
  expect(problems).toEqual([]);
  return recipe!.configurations[0];
}

/** A folder with finished runs of configurations, each with its validation accuracies by seed. */
async function ran(
  ...groups: (Parameters<typeof recipeOf>[0] & {
    readonly accuracies: readonly number[];
    readonly change?: Partial<RunRecord>;
  })[]
) {
  const dir = temporaryFolder();
  for (const { accuracies, change, ...given } of groups) {
    const configuration = withPaths(configurationOf(given), (path) => resolve(dir, path));
    for (const [seed, accuracy] of accuracies.entries()) {
      const { name: recipeName, variant } = configuration;
      const recipeText = writeResolved(configuration, seed);
      const run = await createRun(dir, { recipeText, recipeName, variant, seed, now: new Date() });
      const best = { 'validation/accuracy': accuracy, 'test/accuracy': 1 - accuracy };
      await finishRun(run.dir, best, change);
    }
  }
  return dir;
}

const hashesOf = (train: string) => ({ data: { train }, baseWeights: 'w' });
const united = configurationOf({});
const against = configurationOf({ methods: '{ lora: {} }' }).methods;

/** What the runs of a folder say on LoRA with LN-tuning against LoRA alone. */
const said = async (dir: string) => ownEvidence(await trainedIn([dir]), dir)(united, against);

describe('evidence of own runs', () => {
  it('is the difference paired by seed, on the validation data', async () => {
    const dir = await ran(
      { methods: '{ lora: {} }', accuracies: [0.5, 0.6, 0.7] },
      { accuracies: [0.6, 0.7, 0.8] },
    );
    expect(await said(dir)).toBe(
      'validation/accuracy +0.1000 [+0.1000, +0.1000], n = 3, learning rates aside',
    );
  });

  it.each([
    ['nothing was run of one of them', [{ accuracies: [0.6] }]],
    [
      'none of them has finished',
      [
        { methods: '{ lora: {} }', accuracies: [0.5], change: { status: 'stopped' as const } },
        { accuracies: [0.6] },
      ],
    ],
    ['the data differ', [{ methods: '{ lora: {} }', text: 'u', accuracies: [0.5] }, { accuracies: [0.6] }]],
    [
      'the fields of a method differ',
      [{ methods: '{ lora: { r: 4 } }', accuracies: [0.5] }, { accuracies: [0.6] }],
    ],
    [
      'the data of a file changed in between',
      [
        { methods: '{ lora: {} }', accuracies: [0.5], change: { hashes: hashesOf('old') } },
        { accuracies: [0.6], change: { hashes: hashesOf('new') } },
      ],
    ],
    [
      'one of them trained longer',
      [{ methods: '{ lora: {} }', training: 'max_steps: 20', accuracies: [0.5] }, { accuracies: [0.6] }],
    ],
  ])('is none where %s', async (_, groups) => {
    expect(await said(await ran(...groups))).toBeUndefined();
  });

  it('does not mind learning rates, and of several pairs takes the one with the most seeds, then the newest', async () => {
    const slow = 'max_steps: 10, learning_rate_scale: 0.3';
    const dir = await ran(
      { methods: '{ lora: {} }', accuracies: [0.5, 0.5] },
      { accuracies: [0.6] },
      { training: slow, accuracies: [0.7, 0.7] },
      { methods: '{ lora: { learning_rate: 0.5 } }', accuracies: [0.4, 0.4] },
    );
    expect(await said(dir)).toBe(
      'validation/accuracy +0.3000 [+0.3000, +0.3000], n = 2, learning rates aside',
    );
  });

  it('leaves out what cannot be read, and folders that are not there', async () => {
    const dir = await ran({ accuracies: [0.6] });
    await mkdir(join(dir, 'broken'));
    await writeFile(join(dir, 'broken', 'run.json'), '{');
    const trained = await trainedIn([dir, join(dir, 'none')]);
    expect(trained.map(({ group }) => group.runs.length)).toEqual([1]);
  });
});
