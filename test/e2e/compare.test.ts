import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useEditors } from './support/editor.ts';
import { answerSaveDialog, command, openFile, option, pick } from './support/palette.ts';
import { codeLens } from './support/textEditor.ts';
import { contextMenu, notification, openSideBar, rows } from './support/views.ts';
import { canvasColours, tableTexts, webview } from './support/webviews.ts';
import { recipeName, runFolders, runRecord } from './support/workspace.ts';

const editors = useEditors();

const twoVariants = `variants:
  norms:
    methods:
      ln_tuning: {}
  head:
    methods:
      head_only: {}
seeds: [1, 2, 3]
`;

test('two variants with three seeds each: trained, grouped, compared, one exported', async () => {
  const { page, folder } = await editors.open({
    recipe: (text) =>
      text
        .replace('methods:\n  ln_tuning: {}\n', twoVariants)
        .replace('epochs: 3', 'epochs: 10')
        .replace('pooling: mean', 'pooling: model'),
    rows: 120,
  });
  await openFile(page, recipeName);
  await codeLens(page, /Start tuning/).click();
  await pick(page, 'All 6 runs');
  await expect.poll(() => statuses(folder), { timeout: 120_000 }).toEqual(Array(6).fill('finished'));

  await openSideBar(page);
  const groups = rows(page, 'Experiments', /\d ± \d.* \(3\)/);
  await expect.poll(() => groups.count()).toBe(2);
  const head = groups.filter({ hasText: 'head' });
  await groups.filter({ hasText: 'norms' }).click();
  await head.click({ modifiers: ['Control'] });
  await contextMenu(head, 'Compare Selected');

  const dashboard = await webview(page, /dashboard/i);
  const table = dashboard.getByRole('table', { name: 'Comparison' });
  await table.waitFor();
  const [[, , metric], ...compared] = await tableTexts(table);
  expect(compared.map(([, n]) => n)).toEqual(['3', '3']);
  const shown = Object.fromEntries(compared.map(([label, , spread]) => [label.split(/\s/)[0], spread]));
  for (const variant of ['norms', 'head']) {
    const [mean] = shown[variant].split(' ± ');
    const decimals = mean.split('.')[1]?.length ?? 0;
    expect(Number(mean), variant).toBeCloseTo(await meanOf(folder, variant, metric), decimals - 0.01);
  }

  // Charts are drawn when they come into view.
  const bars = dashboard.getByRole('img', { name: /Trained parameters by layer/ });
  await bars.scrollIntoViewIfNeeded();
  await expect.poll(async () => (await canvasColours(bars)).size).toBeGreaterThan(2);

  await command(page, 'PEFT: Export Adapter…');
  await pick(page, 'norms');
  await option(page, 'HF PEFT').waitFor();
  await pick(page, 'merged');
  const exported = join(folder, 'exported');
  await answerSaveDialog(page, exported, 'OK');
  await notification(page, `Exported to ${exported}`).waitFor();
  expect(await readdir(exported)).toEqual(expect.arrayContaining(['config.json', 'model.safetensors']));
});

async function statuses(folder: string): Promise<unknown[]> {
  return Promise.all(runFolders(folder).map(async (dir) => (await runRecord(dir)).status));
}

/** As the runs' own files say. */
async function meanOf(folder: string, variant: string, metric: string): Promise<number> {
  const records = await Promise.all(runFolders(folder).map(runRecord));
  const values = records
    .filter((record) => record.variant === variant)
    .map(({ summary }) => (summary as { best: Record<string, number> }).best[metric]);
  expect(values).toHaveLength(3);
  return values.reduce((sum, value) => sum + value, 0) / 3;
}
