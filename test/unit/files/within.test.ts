import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isWithin } from '../../../src/files/within.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

it('follows words and links', async () => {
  const dir = temporaryFolder();
  const [inside, outside] = [join(dir, 'in'), join(dir, 'out')];
  await mkdir(inside);
  await mkdir(outside);
  await writeFile(join(outside, 'secret'), 'x');
  await writeFile(join(inside, '..data'), 'x');
  await symlink(join(outside, 'secret'), join(inside, 'link'));
  await symlink(outside, join(inside, 'folder'));
  await symlink(inside, join(dir, 'alias'));

  const within = (path: string) => isWithin(path, [inside]);
  expect(await within(join(inside, '..data'))).toBe(true);
  expect(await within(inside)).toBe(true);
  expect(await within(join(inside, 'not there'))).toBe(true);
  expect(await within(join(inside, 'link'))).toBe(false);
  expect(await within(join(inside, 'folder/secret'))).toBe(false);
  expect(await within(join(inside, '../out/secret'))).toBe(false);
  expect(await within(`${inside}side`)).toBe(false);
  expect(await isWithin(join(dir, 'alias/..data'), [join(dir, 'alias')])).toBe(true);
  expect(await isWithin('/anywhere', undefined)).toBe(true);
});
