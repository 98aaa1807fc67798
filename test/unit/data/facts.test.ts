import { truncateSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MAX_FACTS_BYTES, readDataFacts } from '../../../src/data/facts.ts';
import { testFolder } from './folder.ts';

const folder = testFolder();

it('gives columns, rows and labels', async () => {
  const file = folder.write('a.tsv', 'text\tlabel\na\tyes\nb\tno\nc\tyes\n');
  expect(await readDataFacts(file, { label: 'label', columns: { label: 'text' } })).toMatchObject({
    columns: ['text', 'label'],
    rows: 3,
    labels: ['no', 'yes'],
    counts: [1, 2],
  });
  expect(await readDataFacts(file, { label: 'lable', columns: { lable: 'text' } })).not.toHaveProperty(
    'labels',
  );
});

it('counts neither rows that are left out nor their labels', async () => {
  const file = folder.write('gold.tsv', 'text\tlabel\na\tyes\nb\t-\nc\tno\n');
  const drop = { column: 'label', labels: ['-'] };
  expect(await readDataFacts(file, { label: 'label', columns: { label: 'text' }, drop })).toMatchObject({
    rows: 2,
    dropped: 1,
    labels: ['no', 'yes'],
    counts: [1, 1],
  });
});

it('keeps facts until the file changes', async () => {
  const file = folder.write('b.csv', 'text,label\na,1\n');
  utimesSync(file, 1000, 1000);
  const first = await readDataFacts(file);
  expect(await readDataFacts(file)).toBe(first);
  folder.write('b.csv', 'text,label\na,2\n');
  utimesSync(file, 2000, 2000);
  expect((await readDataFacts(file))?.hash).not.toBe(first?.hash);
});

it('does not look into large files, and fails as reading does', async () => {
  const large = folder.write('large.tsv', '');
  truncateSync(large, MAX_FACTS_BYTES + 1);
  expect(await readDataFacts(large)).toBeUndefined();
  await expect(readDataFacts(join(folder.path, 'none.tsv'))).rejects.toThrow('found nothing there');
});
