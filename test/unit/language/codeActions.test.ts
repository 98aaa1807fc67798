import { describe, expect, it } from 'vitest';
import { codeActionsIn } from '../../../src/language/codeActions.ts';
import { checkRecipe } from '../../../src/recipe/check.ts';
import { gatherFacts } from '../../../src/facts/gather.ts';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import { caretIn } from '../../support/caretIn.ts';
import { edited } from '../../support/edited.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyRecipe, writeTinyWorkspace } from '../../support/tinyWorkspace.ts';

async function actionsAt(marked: string) {
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
  return { found, text, uri };
}

/** The text after each action at the caret, by its title. */
async function after(marked: string): Promise<ReadonlyMap<string, string>> {
  const { found, text, uri } = await actionsAt(marked);
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

  it('is offered once for problems that it mends together', async () => {
    const { found } = await actionsAt(
      tinyRecipe.replace('  label: label\n', '  label: label\n  labels: |[positive, negativ]\n'),
    );
    expect(found.map(({ title }) => title)).toEqual(['Change to "negative"', 'Write the labels of the data']);
    expect(found.map(({ diagnostics = [] }) => diagnostics.map(({ severity }) => severity))).toEqual([
      [1, 2],
      [1, 2],
    ]);
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

  it.each([
    ['l|n_tuning: { learning_rate: 1.0e-2, layers: upper_half }', 'ln_tuning', { learning_rate: 0.01 }],
    ['l|n_tuning: { parameters: [gain], learning_rate: 1.0e-2 }', 'ln_tuning', { learning_rate: 0.01 }],
    [
      'l|n_tuning:\n  lora: { r: 2, learning_rate: 1.0e-2 }',
      'lora',
      { learning_rate: 0.01, fields: { r: 2 } },
    ],
    [
      'l|n_tuning: {}\n  mam: { learning_rate: 1.0e-2, adapter: { bottleneck: 3 } }',
      'adapter',
      { learning_rate: 0.01, fields: { bottleneck: 3, scaling: 2 } },
    ],
  ])('splits %s, and every field that is written stays', async (methods, id, expected) => {
    const texts = await after(withMethods(`methods:\n  ${methods}\n`));
    const [, text] = [...texts].find(([title]) => title.startsWith('Split into variants'))!;
    const { recipe, problems } = parseRecipe(text, '');
    expect(problems).toEqual([]);
    const uses = recipe!.configurations.flatMap(({ methods }) => methods.filter((use) => use.id === id));
    expect(uses.length).toBeGreaterThan(1);
    for (const use of uses) expect(use).toMatchObject(expected);
  });

  it('has no two variants that are the same beside a field that is written', async () => {
    const texts = await after(withMethods('methods:\n  l|n_tuning: { layers: upper_half }\n'));
    const [, text] = [...texts].find(([title]) => title.startsWith('Split into variants'))!;
    const { configurations } = parseRecipe(text, '').recipe!;
    expect(new Set(configurations.map(({ methods }) => JSON.stringify(methods))).size).toBe(
      configurations.length,
    );
    expect(configurations.map(({ variant }) => variant)).toContain('LN-tuning, upper half');
  });

  it('does not split several uses of LN-tuning, and of the grid takes no value', async () => {
    const several = 'methods:\n  l|n_tuning: [{ layers: [0] }, { layers: [1] }]\n';
    expect([...(await after(withMethods(several))).keys()].join()).not.toContain('Split');
    const grid = 'methods:\n  l|n_tuning: {}\ngrid: { methods.ln_tuning.learning_rate: [0.5, 0.25] }\n';
    const texts = await after(withMethods(grid));
    const [, text] = [...texts].find(([title]) => title.startsWith('Split into variants'))!;
    expect(text.match(/0\.5/g)).toHaveLength(1);
  });

  it('is not offered where it does not belong', async () => {
    expect([...(await after(tinyRecipe.replace('model:', 'mo|del:'))).keys()]).toEqual([]);
  });
});
