import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openRunLog } from '../../../src/runs/runLog.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

it('keeps the start and the end of a log that grows beyond its limit', () => {
  const dir = temporaryFolder();
  const path = join(dir, 'trainer.log');
  openRunLog(path).write('first line\n');
  const log = openRunLog(path, 4000);
  for (let i = 0; i < 2000; i++) log.write(`line ${i}\n`);
  log.close();
  const text = readFileSync(path, 'utf8');
  expect(text.length).toBeLessThanOrEqual(4000);
  expect(text).toMatch(/^first line\nline 0\n/);
  expect(text).toMatch(/left out/);
  expect(text).toMatch(/line 1998\nline 1999\n$/);
  expect(readdirSync(dir)).toEqual(['trainer.log']);
});
