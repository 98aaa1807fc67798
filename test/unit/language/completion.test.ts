import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import { int32At, keyOf } from '../../../src/core/random.ts';
import { createService } from '../../../src/language/service.ts';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import { caretIn } from '../../support/caretIn.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyRecipe, writeTinyWorkspace } from '../../support/tinyWorkspace.ts';

const planner = new URL('data:text/javascript,');

/** A workspace whose recipe was checked once, so that its model is known. */
async function workspace({ trusted = true } = {}) {
  const dir = temporaryFolder();
  const uri = pathToFileURL(await writeTinyWorkspace(dir)).href;
  const env = { HF_HUB_CACHE: join(dir, 'hub') };
  const service = createService(() => ({ folders: [dir], trusted, env }), planner);
  await service.check({ uri, text: tinyRecipe });
  const complete = async (marked: string, snippets = true) => {
    const { text, position } = caretIn(marked);
    const items = await service.complete({ uri, text }, position, snippets);
    return items.map((item) => ({ ...item, newText: (item.textEdit as { newText: string }).newText }));
  };
  return { dir, uri, service, complete };
}

/** The tiny recipe with a line in place of one of its own. */
const tiny = (line: string, replacement: string) => {
  if (!tinyRecipe.includes(line)) throw new Error(`no ${line}`);
  return tinyRecipe.replace(line, replacement);
};
const LN = '  ln_tuning: {}\n';

describe('completion writes', () => {
  it.each<[string, string, string[]]>([
    ['keys of the recipe', `${tinyRecipe}|`, ['name: $1', 'seeds: [$1]', 'variants:\n  $1']],
    ['keys of a variant', `${tinyRecipe}variants:\n  a:\n    |`, ['training:\n  $1', 'model: $1']],
    ['methods', tiny(LN, '  |\n'), ['lora:\n  $1', 'mam:\n  $1', 'ln_tuning:\n  $1']],
    ['methods of a variant', `${tinyRecipe}variants:\n  a: { methods: { |`, ['lora: { $1 }']],
    ['fields of a method', tiny(LN, '  lora:\n    |\n'), ['r: $1', 'target_modules: [$1]']],
    ['fields of an item', tiny(LN, '  adapter:\n    - |\n'), ['at: [$1]', 'bottleneck: $1']],
    ['a field in braces', tiny(LN, '  lora: { r: 2,|}\n'), [' layers: $1']],
    ['a key that has its colon', tiny('  pooling: mean', '  poo|: mean'), ['pooling']],
    [
      'required sections',
      'version: 1\n|',
      ['task:\n  type: text-classification\n  text: $1\n  label: $2\n  train: $3'],
    ],
    ['words', tiny('pooling: mean', 'pooling: |'), ['model', 'mean']],
    ['a word behind its colon', tiny('pooling: mean', 'pooling:|'), [' mean']],
    ['a truth value', tiny(LN, '  lora: { use_rslora: | }\n'), ['false', 'true']],
    ['a default', tiny(LN, '  lora: { r: | }\n'), ['8']],
    ['words of a list', tiny(LN, '  ln_tuning: { layer_norms: [ffn, |] }\n'), ['embeddings', 'attention']],
    ['words and lists of words', tiny(LN, '  ln_tuning: { layer_norms: | }\n'), ['all', '[attention]']],
    ['items below their key', tiny(LN, '  adapter:\n    at:\n      |\n'), ['- attention', '- ffn']],
    ['items behind a dash', tiny(LN, '  adapter:\n    at:\n      - |\n'), ['attention', 'ffn']],
    [
      'learning rates of a method',
      tiny(LN, '  ln_tuning: { learning_rate: | }\n'),
      ['3.0e-3', '3.0e-4', '1.0e-2'],
    ],
    [
      'learning rates of a part',
      tiny(LN, '  mam: { adapter: { learning_rate: | } }\n'),
      ['1.0e-3', '1.0e-4', '3.0e-3'],
    ],
    ['learning rates of training', tiny('3.0e-2', '|'), ['1.0e-3', '3.0e-4']],
    ['layers of the model', tiny(LN, '  lora: { layers: | }\n'), ['0-1', '0-0', '1-1', 'all', 'upper_half']],
    ['numbers of layers', tiny(LN, '  lora: { layers: [0, |] }\n'), ['1']],
    [
      'linear maps',
      tiny(LN, '  lora: { target_modules: [|] }\n'),
      ['query', 'ffn_out', 'attention.output.dense'],
    ],
    ['a list of one linear map', tiny(LN, '  lora: { target_modules: | }\n'), ['[key]', '[query, value]']],
    ['data files', tiny('train: train.tsv', 'train: |'), ['train.tsv', 'dev.tsv']],
    ['files beside a share', tiny('validation: dev.tsv', 'validation: |'), ['dev.tsv']],
    ['models in folders', tiny('./model', '|'), ['./model']],
    ['models by a path', tiny('./model', './m|'), ['./model']],
    ['columns', tiny('text: text', 'text: |'), ['text', 'label']],
    ['columns of a variant', `${tinyRecipe}variants:\n  a: { task: { label: | } }`, ['label']],
    [
      'labels',
      `${tinyRecipe.replace('  label: label', '  label: label\n  labels: [negative, |]')}`,
      ['positive'],
    ],
    ['all labels', tiny('  label: label', '  label: label\n  labels: |'), ['[negative, positive]']],
    ['the longest input', tiny('max_length: 16', 'max_length: |'), ['32']],
    ['metrics', `${tinyRecipe}  metric_for_best_model: |`, ['accuracy', 'f1']],
    [
      'variants',
      `${tinyRecipe}variants:\n  head only: {}\n  LN: {}\nreport:\n  baseline: h|`,
      ['head only', 'LN'],
    ],
    [
      'paths of the grid',
      `${tinyRecipe}grid:\n  |`,
      ['methods.ln_tuning.layers: [$1]$0', 'training.learning_rate: [$1]$0'],
    ],
    ['values of the grid', `${tinyRecipe}grid:\n  methods.ln_tuning.layers: [all, |]`, ['upper_half', '0-1']],
    ['rates of the grid', `${tinyRecipe}grid:\n  methods.ln_tuning.learning_rate: [|]`, ['3.0e-4']],
    ['behind faults', `${tinyRecipe}variants: [\nreport:\n  split: |`, ['validation', 'test']],
  ])('%s', async (_, marked, wanted) => {
    const { complete } = await workspace();
    const texts = (await complete(marked)).map(({ newText }) => newText);
    expect(texts).toEqual(expect.arrayContaining(wanted));
    expect(new Set(texts).size).toBe(texts.length);
  });

  it.each([
    ['in a comment', 'model: x # |'],
    ['below a value', 'model: x\n    |'],
    ['for a name of a variant', `${tinyRecipe}variants:\n  |`],
    ['for a text that is free', `${tinyRecipe}name: |`],
    ['in a field that there is not', `${tinyRecipe}nothing:\n  |`],
  ])('nothing %s', async (_, marked) => {
    const { complete } = await workspace();
    expect(await complete(marked)).toEqual([]);
  });
});

test('what is there already and what is hidden is not offered', async () => {
  const { complete } = await workspace();
  const keys = (await complete(`${tinyRecipe}|`)).map(({ label }) => label);
  for (const key of ['model', 'task', 'methods', 'training', 'version']) expect(keys).not.toContain(key);
  const executors = (await complete(`${tinyRecipe}  executor: |`)).map(({ label }) => label);
  expect(executors).toEqual(['auto', 'onnx-cpu', 'onnx-webgpu', 'onnx-cuda', 'tensorflow']);
});

test('required keys come first, each with its words', async () => {
  const { complete } = await workspace();
  const items = await complete('version: 1\ntask:\n  |');
  const sorted = [...items].sort((a, b) => (a.sortText! < b.sortText! ? -1 : 1)).map(({ label }) => label);
  expect(sorted.slice(0, 4)).toEqual(['type', 'text', 'label', 'train']);
  const train = items.find(({ label }) => label === 'train')!;
  expect(train.detail).toBe('the path of a file; required');
  expect(train.documentation).toMatchObject({
    kind: 'markdown',
    value: expect.stringContaining('relative paths'),
  });
});

test('an empty file becomes a recipe that lacks only names', async () => {
  const { complete } = await workspace();
  const items = (await complete('|', false)).filter(({ label }) => label.startsWith('recipe: '));
  expect(items.length).toBeGreaterThan(20);
  for (const { newText, label } of items) {
    expect(newText).not.toMatch(/[$\\]/);
    const text = newText
      .replace(/^model: $/m, 'model: ./m')
      .replace(/^  (train|text|label): $/gm, '  $1: x.tsv');
    expect(parseRecipe(text, 'r').problems.map(({ message }) => `${label}: ${message}`)).toEqual([]);
  }
  const [{ newText }] = await complete('|');
  expect(newText).toContain('model: $1\ntask:\n  type: text-classification\n  text: $2');
});

test('a quoted value is replaced with its quotes', async () => {
  const { complete } = await workspace();
  const [item] = await complete(`${tinyRecipe}variants: { head only: {} }\nreport: { baseline: "he|" }`);
  expect(item).toMatchObject({ newText: 'head only', filterText: '"head only' });
  expect(item.textEdit).toMatchObject({ range: { start: { character: 20 }, end: { character: 24 } } });
});

test('models of the cache are offered with their size', async () => {
  const { dir, complete } = await workspace();
  const snapshot = join(dir, 'hub/models--me--bert/snapshots', 'a'.repeat(40));
  await mkdir(join(snapshot, '..'), { recursive: true });
  await rename(join(dir, 'model'), snapshot);
  const [model] = await complete(tiny('./model', '|'));
  expect(model).toMatchObject({
    newText: 'me/bert',
    detail: expect.stringMatching(/^bert, [\d,]+ parameters/),
  });
});

test('without trust nothing outside of the workspace is looked at', async () => {
  const outside = temporaryFolder();
  await mkdir(join(outside, 'model'));
  await writeFile(join(outside, 'model/config.json'), '{}');
  await writeFile(join(outside, 'secret.tsv'), 'secret\tlabel\na\tb\n');
  const look = async (trusted: boolean) => {
    const { dir, complete } = await workspace({ trusted });
    await symlink(join(outside, 'secret.tsv'), join(dir, 'link.tsv'));
    const marks = [
      tiny('train: train.tsv', `train: ${outside}/|`),
      tiny('train: train.tsv', 'train: l|'),
      tiny('./model', `${outside}/|`),
      tiny('train: train.tsv', `train: ${outside}/secret.tsv`).replace('text: text', 'text: |'),
      tiny('train: train.tsv', 'train: link.tsv').replace('text: text', 'text: |'),
    ];
    const found = [];
    for (const mark of marks) found.push((await complete(mark)).map(({ label }) => label));
    return found;
  };
  expect((await look(true)).map((labels) => labels.join())).toEqual([
    expect.stringContaining('secret.tsv'),
    expect.stringContaining('link.tsv'),
    expect.stringContaining('/model'),
    'secret,label',
    'secret,label',
  ]);
  const guarded = await look(false);
  expect([guarded[0], guarded[2], guarded[3], guarded[4]]).toEqual([[], [], [], []]);
  expect(guarded[1]).not.toContain('link.tsv');
});

test('a recipe of 300 lines is completed in a moment (see the output)', async () => {
  const { complete } = await workspace();
  const variants = Array.from(
    { length: 70 },
    (_, i) => `  v${i}:\n    methods:\n      lora:\n        r: ${i + 1}\n`,
  );
  const marked = `${tinyRecipe}variants:\n${variants.join('')}  last:\n    methods:\n      lora: { layers: | }\n`;
  const times: number[] = [];
  for (let round = 0; round < 30; round++) {
    const started = performance.now();
    expect((await complete(marked)).length).toBeGreaterThan(4);
    times.push(performance.now() - started);
  }
  console.log(`completion, median of 30: ${times.sort((a, b) => a - b)[15].toFixed(1)} ms`);
});

test('no text and no position makes completion or hover throw', async () => {
  const { uri, service } = await workspace();
  const key = keyOf('completion');
  const pieces = [
    ...'{}[]:,-#|>\'"%@?~ \n\t\r\0',
    ': ',
    '- ',
    'variants: ',
    'grid: ',
    '__proto__: ',
    'adapter:\n  - ',
  ];
  for (let round = 0; round < 200; round++) {
    const at = (index: number, size: number) => (int32At(key, 20 * round + index) >>> 0) % size;
    const start = at(0, tinyRecipe.length);
    const text =
      tinyRecipe.slice(0, start) + pieces[at(1, pieces.length)] + tinyRecipe.slice(start + at(2, 6));
    const position = { line: at(3, 22), character: at(4, 24) };
    await service.complete({ uri, text }, position, true);
    await service.hover({ uri, text }, position);
  }
});
