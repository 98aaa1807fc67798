import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tasks } from '../../../src/tasks/registry.ts';

const readme = readFileSync(join(import.meta.dirname, '../../../README.md'), 'utf8');

it.each(Object.values(tasks))("the README's table has the metrics of $id", ({ id, metricNames, writes }) => {
  const row = readme.split('\n').find((line) => line.startsWith(`| \`${id}\``));
  const cell = row?.split('|').at(-2) ?? '';
  expect([...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual([
    ...metricNames,
    ...(writes?.metricNames ?? []),
  ]);
});
