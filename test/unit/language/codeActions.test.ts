import { describe, expect, it } from 'vitest';
import { codeActionsIn } from '../../../src/language/codeActions.ts';
import { checkRecipe } from '../../../src/recipe/check.ts';
import { gatherFacts } from '../../../src/facts/gather.ts';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import { caretIn } from '../../support/caretIn.ts';
import { edited } from '../../support/edited.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyRecipe, writeTinyWorkspace } from '../../support/tinyWorkspace.ts';

/** The text after each action at the caret, by its title. */
async function after(marked: string): Promise<ReadonlyMap<string, string>> {
  const dir = temporaryFolder();
  await writeTinyWorkspace(dir);
  const { text, position } = caretIn(marked);
  const uri = 'file:///tiny.peft.yaml';
  const { recipe, problems } = parseRecipe(text, 'tiny.peft.yaml');
  const facts =
    recipe === undefined
      ? { models: new Map(), files: new Map() }
      : await gatherFacts(recipe, { recipeDir: dir, env: {} });
  const all = recipe === undefined ? problems : [...problems, ...checkRecipe(recipe, facts)];
  const found = codeActionsIn(
    { uri, text },
    { start: position, end: position },
    {
      problems: all,
      facts,
      ...(recipe && { recipe }),
    },
  );
  return new Map(found.map(({ title, edit }) => [title, edited(text, edit!.changes![uri])]));
}

const METHODS = 'methods:\n  ln_tuning: {}\n';
const withMethods = (methods: string) => tinyRecipe.replace(METHODS, methods);

describe('a fix', () => {
  it.each([
    [
      'a field that is misspelt',
      'ln_tuning: { |layrs: all } # all',
      'Change to "layers"',
      'ln_tuning: { layers: all } # all',
    ],
    ['a method that is misspelt', '|ln_tunin: {}', 'Change to "ln_tuning"', 'ln_tuning: {}'],
    [
      'a word that is misspelt',
      'ln_tuning: { parameters: [gain, |biass] }',
      'Change to "bias"',
      'ln_tuning: { parameters: [gain, bias] }',
    ],
    [
      'a number that is too small',
      'prefix_tuning: { num_virtual_tokens: |0 }',
      'Change to 1',
      'prefix_tuning: { num_virtual_tokens: 1 }',
    ],
  ])('mends %s', async (_, written, title, expected) => {
    const texts = await after(withMethods(`methods:\n  ${written}\n`));
    expect([...texts.keys()]).toContain(title);
    expect(texts.get(title)).toBe(withMethods(`methods:\n  ${expected}\n`));
    expect(parseRecipe(texts.get(title)!, '').problems).toEqual([]);
  });

  it.each([
    ['a column that is misspelt', ['text: text', 'text: |txet'], 'Change to "text"', 'text: text'],
    ['texts that are too long', ['max_length: 16', 'max_length: |99'], 'Change to 32', 'max_length: 32'],
  ])('mends %s', async (_, [written, wrong], title, expected) => {
    const texts = await after(tinyRecipe.replace(written, wrong));
    expect(texts.get(title)).toBe(tinyRecipe.replace(written, expected));
  });

  it('takes one of two adapters at one place away', async () => {
    const texts = await after(withMethods('methods:\n  adapter: [{ bottleneck: 2 }, { |bottleneck: 3 }]\n'));
    const [text] = [...texts].flatMap(([title, each]) => (title.startsWith('Remove') ? [each] : []));
    expect(text).toBe(withMethods('methods:\n  adapter: [{ bottleneck: 2 }]\n'));
  });

  it('moves a field to where it belongs, with its value', async () => {
    const texts = await after(tinyRecipe.replace(METHODS, `${METHODS}|batch_size: 4 # as before\n`));
    const text = texts.get('Write it as training.per_device_train_batch_size');
    expect(parseRecipe(text!, '').recipe!.configurations[0].training.per_device_train_batch_size).toBe(4);
  });

  it('adds an entry that can have one value only', async () => {
    const texts = await after(tinyRecipe.replace('version: 1\n', '').replace(/^/, '|'));
    expect(parseRecipe(texts.get('Add "version: 1"')!, '').problems).toEqual([]);
  });
});

describe('an action of a place', () => {
  const VARIANTS = `variants:
  small: { methods: { |adapter: { bottleneck: 1 } } } # kept
  norms: { methods: { ln_tuning: {} } }
  control: { methods: { head_only: {} } }
`;

  it("matches another variant's budget", async () => {
    const texts = await after(withMethods(VARIANTS));
    const titles = [...texts.keys()].filter((title) => title.startsWith('Match the budget'));
    // Widths of 8 in two layers: 34 parameters for each unit of the bottleneck and 16 more, against 80.
    expect(titles).toEqual(['Match the budget of "norms": bottleneck: 2 trains 84, 4 more than it']);
    expect(texts.get(titles[0])).toBe(
      withMethods(VARIANTS).replace('|', '').replace('bottleneck: 1', 'bottleneck: 2'),
    );
  });

  it('writes the default learning rate down', async () => {
    const texts = await after(withMethods('methods:\n  l|ora: { r: 2 }\n'));
    expect(texts.get('Set the learning rate to 0.001, the default of LoRA')).toBe(
      withMethods('methods:\n  lora: { r: 2, learning_rate: 0.001 }\n'),
    );
  });

  it('writes down the rate of one part of a union', async () => {
    const texts = await after(withMethods('methods:\n  m|am: {}\n'));
    expect(texts.get('Set the learning rate to 0.01, the default of Prefix-tuning')).toBe(
      withMethods('methods:\n  mam: { prefix_tuning: { learning_rate: 0.01 } }\n'),
    );
  });

  it.each([
    ['ln_|tuning: {}', "Split into variants: the paper's ablation of LN-tuning", 8],
    ['ln_|tuning: {}\n  lora: {}', 'Split into variants: each method, each pair, and all of them', 4],
    ['ln_|tuning: {}\n  lora: {}', 'Add the control without LN-tuning', 2],
    ['ln_|tuning: {}', 'Add the control that trains the head alone', 2],
  ])('%s: %s', async (methods, title, least) => {
    const text = (await after(withMethods(`methods:\n  ${methods}\n`))).get(title);
    const { recipe, problems } = parseRecipe(text!, '');
    expect(problems).toEqual([]);
    expect(recipe!.configurations.length).toBeGreaterThanOrEqual(least);
    expect(recipe!.configurations.map(({ variant }) => variant)).toContain(
      title.includes('without') ? 'tiny without LN' : 'head only',
    );
  });

  it('is not offered where it does not belong', async () => {
    expect([...(await after(tinyRecipe.replace('model:', 'mo|del:'))).keys()]).toEqual([]);
  });
});
