import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { architectures } from '../../../src/models/registry.ts';
import { checkRecipe } from '../../../src/recipe/check.ts';
import { modelKey, type Facts } from '../../../src/recipe/facts.ts';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import { presets } from '../../../src/recipe/presets.ts';
import { tinyModels } from '../../support/tinyModel.ts';
import { recipeText } from './support.ts';

/** Of a preset. */
function textOf({ methods, variants }: (typeof presets)[number]): string {
  return recipeText({
    methods: stringify({ methods }),
    ...(variants === undefined ? {} : { variants: stringify({ variants }) }),
  });
}

describe('presets', () => {
  it.each(presets.map((preset) => [preset.title, preset] as const))('%s makes a recipe', (_, preset) => {
    const { variants } = preset;
    const { recipe, problems } = parseRecipe(textOf(preset), 'preset.peft.yaml');
    expect(problems).toEqual([]);
    expect(recipe?.configurations).toHaveLength(variants === undefined ? 1 : Object.keys(variants!).length);
  });

  it.each(tinyModels)('name only what $architecture has', ({ architecture: id, config }) => {
    const architecture = architectures[id];
    // So wide and with so many positions that every bottleneck and prefix fits.
    const wide = { hidden_size: 768, dim: 768, n_embd: 768, max_position_embeddings: 512, n_positions: 512 };
    const shape = architecture.readConfig({ ...config, ...wide });
    const facts: Facts = {
      models: new Map([[modelKey({ model: './model' }), { info: { architecture, shape }, missing: [] }]]),
      files: new Map(),
    };
    for (const preset of presets) {
      const { recipe } = parseRecipe(textOf(preset), 'preset.peft.yaml');
      expect(checkRecipe(recipe!, facts), preset.title).toEqual([]);
    }
  });

  it('have ids and titles of their own', () => {
    expect(new Set(presets.map(({ id }) => id)).size).toBe(presets.length);
    expect(new Set(presets.map(({ title }) => title)).size).toBe(presets.length);
  });
});
