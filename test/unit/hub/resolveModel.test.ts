import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listCachedModels } from '../../../src/hub/cache.ts';
import { cacheRoot } from '../../../src/hub/environment.ts';
import { resolveModel } from '../../../src/hub/resolveModel.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

it('finds the cache as huggingface_hub does', () => {
  expect(cacheRoot({ HOME: '/home/ada' })).toBe('/home/ada/.cache/huggingface/hub');
  expect(cacheRoot({ HOME: '/home/ada', XDG_CACHE_HOME: '/x' })).toBe('/x/huggingface/hub');
  expect(cacheRoot({ HOME: '/home/ada', XDG_CACHE_HOME: '/x', HF_HOME: '~/hf' })).toBe('/home/ada/hf/hub');
  expect(cacheRoot({ HF_HOME: '/hf', HF_HUB_CACHE: '$SCRATCH/${WHO}/$NONE', SCRATCH: '/s', WHO: 'a' })).toBe(
    '/s/a/$NONE',
  );
});

describe('resolveModel', () => {
  const commit = 'a'.repeat(40);
  const cached = () => {
    const cache = temporaryFolder();
    const repository = join(cache, 'models--owner--tiny');
    mkdirSync(join(repository, 'snapshots', commit), { recursive: true });
    mkdirSync(join(repository, 'refs'));
    writeFileSync(join(repository, 'refs', 'main'), commit);
    return { cache, snapshot: join(repository, 'snapshots', commit), env: { HF_HUB_CACHE: cache } };
  };

  it('takes a path, or a folder beside the recipe', async () => {
    const recipeDir = temporaryFolder();
    mkdirSync(join(recipeDir, 'models', 'mine'), { recursive: true });
    const place = { recipeDir, env: {} };
    for (const model of ['./models/mine', 'models/mine', join(recipeDir, 'models/mine')]) {
      expect(await resolveModel(model, place)).toBe(join(recipeDir, 'models', 'mine'));
    }
    expect(await resolveModel('.', place)).toBe(recipeDir);
    writeFileSync(join(recipeDir, 'file'), '');
    await expect(resolveModel('./file', place)).rejects.toThrow(/found a file/);
    await expect(resolveModel('../none', place)).rejects.toThrow(
      /expected a model folder at .*found nothing/,
    );
  });

  it('looks a hub id up in the cache, by branch or commit', async () => {
    const { snapshot, env } = cached();
    const recipeDir = temporaryFolder();
    expect(await resolveModel('owner/tiny', { recipeDir, env })).toBe(snapshot);
    expect(await resolveModel('owner/tiny', { recipeDir, env, revision: commit })).toBe(snapshot);
  });

  it('names the download where it is not there', async () => {
    const { env } = cached();
    const recipeDir = temporaryFolder();
    await expect(resolveModel('owner/other', { recipeDir, env })).rejects.toThrow(
      '`peft-workbench download owner/other`',
    );
    await expect(resolveModel('owner/tiny', { recipeDir, env, revision: 'v2' })).rejects.toThrow(
      '`peft-workbench download owner/tiny --revision v2`',
    );
    await expect(resolveModel('a/b/c', { recipeDir, env })).rejects.toThrow(/found "a\/b\/c"/);
    await expect(resolveModel('owner/tiny', { recipeDir, env, revision: '../x' })).rejects.toThrow(
      /a branch, a tag/,
    );
  });

  it('is not led out of the cache by a reference', async () => {
    const { cache, env } = cached();
    writeFileSync(join(cache, 'models--owner--tiny', 'refs', 'main'), '../../..');
    await expect(resolveModel('owner/tiny', { recipeDir: cache, env })).rejects.toThrow(/is not there/);
  });

  it('lists what is cached', async () => {
    const { cache, snapshot } = cached();
    mkdirSync(join(cache, 'datasets--x'));
    expect(await listCachedModels(cache)).toEqual([{ id: 'owner/tiny', commit, dir: snapshot }]);
    expect(await listCachedModels(join(cache, 'none'))).toEqual([]);
  });
});
