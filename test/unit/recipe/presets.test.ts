import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import { presets } from '../../../src/recipe/presets.ts';
import { recipeText } from './support.ts';

describe('presets', () => {
  it.each(presets.map((preset) => [preset.title, preset] as const))('%s makes a recipe', (_, preset) => {
    const { methods, variants } = preset;
    const sections = {
      methods: stringify({ methods }),
      ...(variants === undefined ? {} : { variants: stringify({ variants }) }),
    };
    const { recipe, problems } = parseRecipe(recipeText(sections), 'preset.peft.yaml');
    expect(problems).toEqual([]);
    expect(recipe?.configurations).toHaveLength(variants === undefined ? 1 : Object.keys(variants!).length);
  });

  it('have ids and titles of their own', () => {
    expect(new Set(presets.map(({ id }) => id)).size).toBe(presets.length);
    expect(new Set(presets.map(({ title }) => title)).size).toBe(presets.length);
  });
});
