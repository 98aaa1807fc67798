import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import { createService } from '../../../src/language/service.ts';
import { caretIn } from '../../support/caretIn.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyRecipe, writeTinyWorkspace } from '../../support/tinyWorkspace.ts';

async function hovering() {
  const dir = temporaryFolder();
  const uri = pathToFileURL(await writeTinyWorkspace(dir)).href;
  const workspace = { folders: [dir], trusted: true, env: { HF_HUB_CACHE: join(dir, 'hub') } };
  const service = createService(() => workspace, new URL('data:text/javascript,'));
  const hover = async (marked: string) => {
    const { text, position } = caretIn(marked);
    const found = await service.hover({ uri, text }, position);
    return (found?.contents as { value: string } | undefined)?.value;
  };
  return { dir, uri, service, hover };
}

const LN = '  ln_tuning: {}\n';
const withMethods = (methods: string) => tinyRecipe.replace(LN, `${methods}\n`);

describe('hovering says', () => {
  it.each<[string, string, string[]]>([
    [
      'what a field is',
      tinyRecipe.replace('max_len', 'max_|len'),
      ['**max_length**: Longer inputs', 'Takes a whole number of at least 5', 'Source: Transformers'],
    ],
    ['what is required', tinyRecipe.replace('train:', 'tr|ain:'), ['Required.']],
    ['what holds without it', tinyRecipe.replace('warmup', 'warm|up'), ['Default: `0`.']],
    [
      'the same in a variant',
      `${tinyRecipe}variants: { a: { training: { warm|up_steps: 1 } } }`,
      ['Steps over which'],
    ],
    ['the same in the grid', `${tinyRecipe}grid: { training.warm|up_steps: [1] }`, ['Steps over which']],
    [
      'what a method trains',
      tinyRecipe.replace('ln_tun', 'ln_|tun'),
      ['LN-tuning.', 'Trains 80 parameters, ', 'Learning rate: 0.003 by default; 0.0003 to 0.01'],
    ],
    ['what a union trains', withMethods('  m|am:'), ['MAM adapter.', 'Trains 1,072 parameters']],
    [
      'what differs in variants',
      `${withMethods('  ln_|tuning:')}grid: { methods.ln_tuning.layers: [all, [0]] }`,
      ['- `layers=all`: 80 parameters', '- `layers=[0]`: 32 parameters'],
    ],
    [
      'what a step of the budget costs',
      withMethods('  adapter: { bottle|neck: 2 }'),
      ['Trains 84 parameters; each step of `bottleneck` is 34 parameters.'],
    ],
    [
      'what the other values cost',
      withMethods('  ln_tuning: { lay|ers: all }'),
      ['Trains 80 parameters; `all` 80, `upper_half` 32, `lower_half` 32.'],
    ],
    [
      'the tensors of a value',
      withMethods('  ln_tuning: { layers: upper_|half }'),
      ['encoder.layer.1.attention.output.LayerNorm.weight'],
    ],
    [
      'the tensors of an item',
      withMethods('  ln_tuning: { layer_norms: [ffn, atten|tion] }'),
      ['encoder.layer.0.attention.output.LayerNorm.weight'],
    ],
    ['what a list means, at its items', withMethods('  adapter: { at: [f|fn] }'), ['**at**: The sub-layers']],
    ['what the model is', tinyRecipe.replace('./mo', './m|o'), ['bert, 2 layers of width 8', 'Folder: `']],
    [
      'what is in a file',
      tinyRecipe.replace('dev.tsv', 'd|ev.tsv'),
      ['20 rows; columns `text`, `label`.', 'Labels: `negative`, `positive`.'],
    ],
  ])('%s', async (_, marked, wanted) => {
    const { hover } = await hovering();
    const words = await hover(marked);
    for (const each of wanted) expect(words).toContain(each);
    expect(words).not.toContain('undefined');
  });

  it.each([
    ['in a comment', `# a |b\n${tinyRecipe}`],
    ['on an empty line', `${tinyRecipe}|`],
    ['of a name that is free', `${tinyRecipe}variants: { s|ome: {} }`],
    ['of a field that there is not', `${tinyRecipe}stra|nge: 1`],
  ])('nothing %s', async (_, marked) => {
    const { hover } = await hovering();
    expect(await hover(marked)).toBeUndefined();
  });
});

test('a value that costs the same whatever it is says nothing of costs', async () => {
  const { hover } = await hovering();
  expect(await hover(withMethods('  lora: { lora_|alpha: 2 }'))).not.toContain('Trains');
  expect(await hover(withMethods('  lora: { use_rs|lora: true }'))).not.toContain('Trains');
});

test('a text with errors still has help, and no counts', async () => {
  const { hover } = await hovering();
  const words = await hover(`${tinyRecipe.replace('ln_tun', 'ln_|tun')}wrong: [`);
  expect(words).toContain('Trains gain and bias');
  expect(words).not.toContain('Trains 80');
});
