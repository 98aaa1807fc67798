import { join } from 'node:path';
import { expect, it } from 'vitest';
import { absolutePlaces } from '../../../src/cli/absolutePlaces.ts';
import { passedEnvironment } from '../../../src/core/passedEnvironment.ts';
import { ownCache } from '../../../src/facts/machineSpeed.ts';
import { cacheRoot } from '../../../src/hub/environment.ts';

const cwd = '/home/me/work';

it('folders that a user named are relative to where the program was started', () => {
  const env = { PEFT_WORKBENCH_TENSORFLOW: 'tf', PEFT_WORKBENCH_DATA: '/data', PEFT_WORKBENCH_AUTO: 'x' };
  expect(absolutePlaces(env, cwd)).toEqual({
    PEFT_WORKBENCH_TENSORFLOW: join(cwd, 'tf'),
    PEFT_WORKBENCH_DATA: '/data',
  });
  expect(absolutePlaces({ PEFT_WORKBENCH_DATA: '' }, cwd)).toEqual({});
});

it.each([
  [{ HF_HOME: './hf' }, join(cwd, 'hf', 'hub')],
  [{ HF_HUB_CACHE: 'hub' }, join(cwd, 'hub')],
  [{ HUGGINGFACE_HUB_CACHE: '../hub' }, '/home/me/hub'],
  [{ XDG_CACHE_HOME: 'cache' }, join(cwd, 'cache', 'huggingface', 'hub')],
  [{ HF_HOME: '~/hf', HOME: '/home/me' }, '/home/me/hf/hub'],
  [{ HF_HOME: '$SCRATCH/hf', SCRATCH: '/scratch' }, '/scratch/hf/hub'],
])('with %o a process in another folder finds the same cache', (env, root) => {
  expect(cacheRoot(passedEnvironment({ ...env, ...absolutePlaces(env, cwd) }))).toBe(root);
});

it("with a relative XDG_CACHE_HOME, too, this program's own files are in one place", () => {
  expect(ownCache(absolutePlaces({ XDG_CACHE_HOME: 'cache' }, cwd))).toBe(join(cwd, 'cache/peft-workbench'));
});
