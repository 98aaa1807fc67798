import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readSetting, withSettings } from '../../../src/recipe/settings.ts';
import { tinyConfig } from '../../support/checkpoints.ts';
import { runCommand } from '../../support/runCommand.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyRecipe } from '../../support/tinyWorkspace.ts';

const recipeOf = (methods: string) =>
  tinyRecipe.replace('  ln_tuning: {}\n', methods.replace(/^/gm, '  ') + '\n');

const RECIPES: Record<string, string> = {
  ln: tinyRecipe,
  lora: recipeOf('lora: { r: 1 }'),
  empty: recipeOf('adapter:'),
  list: recipeOf('adapter: [{ bottleneck: 2 }, { form: parallel, bottleneck: 1 }]'),
  mam: recipeOf('mam: { prefix_tuning: { num_virtual_tokens: 2 } }'),
  wide: recipeOf('adapter: { bottleneck: 4000 }'),
  variants: `${tinyRecipe}variants:
  own: { methods: { lora: { r: 4 } } }
  prefix + LN: { methods: { prefix_tuning: { num_virtual_tokens: 2 }, ln_tuning: {} } }
`,
  grid: `${recipeOf('lora: {}')}grid:\n  methods.lora.r: [1, 2]\n`,
};

describe('match', () => {
  let cwd: string;
  beforeEach(async () => {
    cwd = temporaryFolder();
    await mkdir(join(cwd, 'model'));
    await writeFile(join(cwd, 'model/config.json'), JSON.stringify(tinyConfig));
    for (const [name, text] of Object.entries(RECIPES)) await writeFile(join(cwd, `${name}.peft.yaml`), text);
  });

  const match = (from: string, to: string, ...args: string[]) =>
    runCommand(['match', `${from}.peft.yaml`, '--to', `${to}.peft.yaml`, ...args], { cwd });
  const matched = async (...given: Parameters<typeof match>) => {
    const { status, out, err } = await match(...given, '--json');
    expect({ status, err }).toEqual({ status: 0, err: '' });
    return JSON.parse(out) as Record<string, never>;
  };
  /** What the recipe trains with a setting of `--set`. */
  const trainedWith = async (name: string, setting: string, variant: string[]): Promise<number> => {
    const text = withSettings(RECIPES[name], [readSetting(setting)!])!;
    await writeFile(join(cwd, 'set.peft.yaml'), text);
    const { to } = await matched('lora', 'set', ...variant);
    return (to as { trained: number }).trained;
  };

  it('prints the value, both counts, the difference and the argument that applies it', async () => {
    const { status, out, err } = await match('lora', 'variants', '--to-variant', 'prefix + LN');
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toBe(`lora.r       2, was 1
lora         128 trained parameters, were 64
prefix + LN  144 trained parameters
difference   -16 (-11.11 %)
apply        --set methods.lora.r=2
`);
  });

  it.each([
    ['lora', undefined, [], 'methods.lora.r='],
    ['empty', undefined, [], 'methods.adapter={bottleneck: '],
    ['list', undefined, ['--method', 'adapter.1'], 'methods.adapter.1.bottleneck='],
    ['mam', undefined, ['--method', 'adapter'], 'methods.mam.adapter.bottleneck='],
    ['wide', undefined, [], 'methods.adapter.bottleneck='],
    ['variants', 'own', [], 'variants.own.methods.lora.r='],
    ['variants', 'prefix + LN', [], 'variants.prefix + LN.methods.prefix_tuning.num_virtual_tokens='],
  ])('the argument for %s (%s) gives the count that was found', async (from, variant, args, begins) => {
    const named = (option: string) => (variant === undefined ? [] : [option, variant]);
    const { set, trained, value, difference, to } = await matched(from, 'ln', ...args, ...named('--variant'));
    expect(set).toMatch(begins);
    expect(set).toContain(String(value));
    expect(difference).toBe(trained - (to as { trained: number }).trained);
    expect(await trainedWith(from, set, named('--to-variant'))).toBe(trained);
  });

  it('has no argument for a value that the grid decides', async () => {
    expect(await matched('grid', 'ln', '--variant', 'r=2')).not.toHaveProperty('set');
    expect((await match('grid', 'ln', '--variant', 'r=2')).out).toContain('no --set reaches it');
  });

  it.each([
    [
      'ln',
      [],
      1,
      'no method of "ln" (ln_tuning) has a field that its number of trained parameters grows with',
    ],
    ['list', [], 1, 'Name one with --method: adapter.0, adapter.1.'],
    ['mam', ['--method', 'lora'], 2, '--method: expected prefix_tuning or adapter'],
    ['variants', [], 2, '--variant: expected one of "own", "prefix + LN"'],
    ['variants', ['--variant', 'x'], 2, '--variant: expected one of "own", "prefix + LN"'],
    ['lora', ['--to-variant', 'x'], 2, '--to-variant: expected one of "ln"'],
  ])('refuses %s %j', async (from, args, status, message) => {
    const outcome = await match(from, 'ln', ...args);
    expect(outcome).toMatchObject({ status, out: '' });
    expect(outcome.err).toContain(message);
  });

  it('refuses a recipe to match that the model has no room for, and one without a model', async () => {
    await writeFile(
      join(cwd, 'long.peft.yaml'),
      recipeOf('mam: { prefix_tuning: { num_virtual_tokens: 9999 } }'),
    );
    const besides = await match('long', 'ln', '--method', 'adapter');
    expect(besides.err).toMatch(
      /^long\.peft\.yaml: methods\.prefix_tuning\.num_virtual_tokens: expected at most/,
    );
    const beyond = await match('lora', 'wide');
    expect(beyond).toMatchObject({ status: 2, out: '' });
    expect(beyond.err).toMatch(/^wide\.peft\.yaml: methods\.adapter\.bottleneck: expected at most 8/);
    await writeFile(join(cwd, 'lost.peft.yaml'), RECIPES.lora.replace('./model', './nowhere'));
    const lost = await match('lora', 'lost');
    expect(lost).toMatchObject({ status: 2, out: '' });
    expect(lost.err).toContain('nowhere');
  });
});
