import { describe, expect, it } from 'vitest';
import { problemLineWithSettings } from '../../../src/cli/problemLine.ts';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import { readSetting, withSettings } from '../../../src/recipe/settings.ts';

const recipe = `version: 1
model: ./model
task: {
  type: text-classification,
  train: train.tsv, text: text, label: label
}
methods: { ln_tuning: {} }
`;

function lines(text: string, ...settings: string[]): string[] {
  const changed = withSettings(
    text,
    settings.map((setting) => readSetting(setting)!),
  )!;
  const { problems } = parseRecipe(changed, 'a.yaml');
  return problems.map((problem) => problemLineWithSettings('a.yaml', problem, { text, settings }));
}

describe('problemLineWithSettings', () => {
  it('names the setting in whose value the problem is', () => {
    expect(lines(recipe, 'seeds=[1]', 'training.max_steps=abc')).toEqual([
      expect.stringMatching(/^--set training\.max_steps=abc: error wrong-type expected a whole number/),
    ]);
    expect(lines(recipe, 'training={colour: red}')).toEqual([
      expect.stringMatching(/^--set training=\{colour: red\}: error unknown-field /),
    ]);
  });

  it('finds other problems where they stand in the file', () => {
    const faulty = `${recipe}colour: red\n`;
    expect(lines(faulty, 'training.max_steps=5')).toEqual([
      expect.stringMatching(/^a\.yaml:8:1: error unknown-field .*colour/),
    ]);
    expect(lines(faulty)).toEqual([expect.stringMatching(/^a\.yaml:8:1: error /)]);
  });

  it('keeps control characters from the terminal', () => {
    expect(lines(recipe, 'model="a\\u001b[2Jb"')[0]).not.toMatch(/\p{Cc}/u);
  });
});
