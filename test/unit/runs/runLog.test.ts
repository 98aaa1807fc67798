import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
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

it('loses no later line where it cannot be shortened, and is shortened by the next', () => {
  const path = join(temporaryFolder(), 'trainer.log');
  const log = openRunLog(path, 400);
  log.write(`${'x'.repeat(390)}\n`);
  mkdirSync(`${path}.tmp`);
  log.write('a line beyond the limit\n');
  expect(readFileSync(path, 'utf8')).toMatch(/^x{390}\na line beyond the limit\n$/);
  log.write('the next\n');
  log.close();
  expect(readFileSync(path, 'utf8')).toMatch(/left out.*\n(x+\n)?a line beyond the limit\nthe next\n$/);
});

it('goes on once its place is free again, and is closed without a fault', () => {
  const path = join(temporaryFolder(), 'trainer.log');
  const log = openRunLog(path, 400);
  log.write(`${'x'.repeat(390)}\n`);
  rmSync(path);
  mkdirSync(path);
  expect(() => log.write('a line that has no place\n')).toThrow(/EISDIR/);
  expect(() => log.close()).not.toThrow();
  rmSync(path, { recursive: true });
  log.write('a line\n');
  log.close();
  expect(readFileSync(path, 'utf8')).toBe('a line\n');
});
