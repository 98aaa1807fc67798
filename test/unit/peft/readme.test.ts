import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { methods } from '../../../src/peft/registry.ts';

const readme = readFileSync(join(import.meta.dirname, '../../../README.md'), 'utf8');

it.each(Object.values(methods).map(({ id, learningRate }) => [id, learningRate.default]))(
  "the README's table has the default rate of %s",
  (id, rate) => {
    const row = readme.split('\n').find((line) => line.startsWith(`| \`${id}\``));
    const cell = row?.split('|').at(-2)?.trim();
    expect(Number(cell?.split(';')[0])).toBe(rate);
  },
);
