import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readsAny } from '../../../src/language/readsAny.ts';
import { suiteFolder } from '../../support/temporaryFolder.ts';
import { tinyRecipe } from '../../support/tinyWorkspace.ts';

const dir = suiteFolder();
const place = { recipeDir: dir, env: { HF_HUB_CACHE: join(dir, 'hub') } };
const reads = (file: string, text = tinyRecipe) =>
  readsAny(text, place, [join(dir, 'other'), join(dir, file)]);

beforeAll(() => {
  mkdirSync(join(dir, 'real'));
  writeFileSync(join(dir, 'real/data.tsv'), '');
  symlinkSync(join(dir, 'real/data.tsv'), join(dir, 'link.tsv'));
  symlinkSync(join(dir, 'real'), join(dir, 'linked'));
});

describe('a recipe reads', () => {
  it.each(['train.tsv', 'dev.tsv', 'test.tsv', 'model/config.json', 'model/model.safetensors'])(
    '%s',
    async (file) => {
      expect(await reads(file)).toBe(true);
    },
  );

  it('what lies in the cache of the hub', async () => {
    expect(await reads('hub/models--a--b/snapshots/c/config.json')).toBe(true);
  });

  it('what a link leads to', async () => {
    const text = tinyRecipe.replace('train.tsv', 'link.tsv').replace('./model', './linked');
    expect(await reads('real/data.tsv', text)).toBe(true);
    expect(await reads('real/config.json', text)).toBe(true);
  });

  it('what a variant or the grid names, however much of the text is a recipe', async () => {
    const text = 'variants: { a: { task: { train: a.txt } } }\ngrid: { task.test: [b.json, 3] }\nnonsense: 1';
    expect(await reads('a.txt', text)).toBe(true);
    expect(await reads('b.json', text)).toBe(true);
  });
});

describe('a recipe does not read', () => {
  it.each([
    'runs/a/run.json',
    'runs/a/metrics.jsonl',
    'notes.txt',
    'package.json',
    'model/runs/a/config.json',
  ])('%s', async (file) => {
    expect(await reads(file)).toBe(false);
  });
});
