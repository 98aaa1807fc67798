import { dirname, join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { subjectOf } from '../../../src/evidence/subject.ts';
import { gatherFacts } from '../../../src/facts/gather.ts';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import { withPaths } from '../../../src/recipe/resolved.ts';
import { splitRows } from '../../../src/recipe/splitRows.ts';
import { planSteps } from '../../../src/trainer/steps.ts';
import { readInputs, tokenizeAll } from '../../../src/trainer/inputs.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { nested, tinyAnswersRecipe, tinyParagraphs, writeTinyAnswers } from '../../support/tinyAnswers.ts';

it('rows and steps are counted as the trainer counts them, where rows belong together and have several windows', async () => {
  const recipeDir = dirname(await writeTinyAnswers(temporaryFolder()));
  // Three questions about each text, which only their ids and kinds tell apart.
  const texts = tinyParagraphs('shared', 30).map(({ context, qas: [first] }) => ({
    context,
    qas: ['very cat', 'the very cat', 'a very cat'].map((question, i) => ({
      ...first,
      id: `${first.id}-${i}`,
      question,
    })),
  }));
  await writeFile(join(recipeDir, 'train.json'), nested(texts));
  const text = `${tinyAnswersRecipe.replace('validation: dev.json', 'validation: 0.3')}seeds: [4]\n`;
  const { recipe } = parseRecipe(text, '');
  const [configuration] = recipe!.configurations;
  const place = { recipeDir, env: {} };

  const inputs = await readInputs(
    withPaths(configuration, (file) => join(recipeDir, file)),
    4,
    place,
  );
  const { splits, splitRule } = inputs;
  expect(splitRule).toContain('[4, context]');
  const contexts = (rows: typeof splits.train.rows) => new Set(rows.map(({ values }) => values.context));
  const trained = contexts(splits.train.rows);
  expect([...contexts(splits.validation!.rows)].filter((each) => trained.has(each))).toEqual([]);

  const facts = await gatherFacts(recipe!, place);
  expect(splitRows(configuration, facts)).toMatchObject({
    train: splits.train.rows.length,
    validation: splits.validation!.rows.length,
  });
  const lengths = tokenizeAll(inputs).train.map(({ inputIds }) => inputIds.length);
  expect(lengths.length).toBeGreaterThan(splits.train.rows.length);
  const { total } = planSteps(configuration, lengths, 4);
  const { steps } = subjectOf(configuration, recipe!.trees[0], facts);
  // The windows of the sample are those of all rows, of which some fall to validation.
  expect(Math.abs(steps! - total) / total).toBeLessThan(0.1);
});
