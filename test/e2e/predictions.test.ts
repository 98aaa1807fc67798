import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runPaths } from '../../src/runs/runPaths.ts';
import { linesOf, predictionExamples, writePredictedRun } from '../support/predictionExamples.ts';
import { useEditors } from './support/editor.ts';
import { command, openFile, pick } from './support/palette.ts';
import { codeLens } from './support/textEditor.ts';
import { contextMenu, openSideBar, rows, toggleRow } from './support/views.ts';
import { tableTexts, webview } from './support/webviews.ts';
import { reloadWindow } from './support/windows.ts';
import { recipeName, runFolders, runRecord } from './support/workspace.ts';

const editors = useEditors();
const TITLE = /dashboard/i;

test('predictions of a recorded run: from the tree, by keys through the matrix, another file, across a reload', async () => {
  const sentences = predictionExamples['text-classification'];
  const { page } = await editors.open({
    settings: { 'peftWorkbench.notifications.enabled': false },
    prepare: async (dir) => {
      writePredictedRun(join(dir, 'runs'), 'text-classification', {
        validation: linesOf(Array.from({ length: 40 }, (_, id) => ({ ...sentences[id % 4], id }))),
        test: `${linesOf(sentences)}{"id":4}\n`,
      });
    },
  });
  await openSideBar(page);
  const recipe = rows(page, 'Experiments', 'text-classification').first();
  await recipe.waitFor();
  for (const row of [recipe, rows(page, 'Experiments', 'ln').first()])
    if ((await row.getAttribute('aria-expanded')) === 'false') await toggleRow(row);
  await contextMenu(rows(page, 'Experiments', 'seed 0'), 'Show Predictions');

  let dashboard = await webview(page, TITLE);
  const matrix = dashboard.getByRole('table', { name: /^Confusion matrix/ });
  await matrix.waitFor();
  const figures = (await tableTexts(matrix)).map((row) => row.map((cell) => cell.split(/\s+/).at(-1)));
  expect(figures.slice(1).map((row) => row.at(-1))).toEqual(['20', '20']);
  const examples = dashboard.getByRole('list', { name: 'Examples' });
  expect(await examples.getByRole('listitem').first().innerText()).toMatch(
    /^Row 3\s+wrong[^]*0\.010[^]*clever/,
  );
  await dashboard.getByRole('button', { name: 'Next' }).click();
  await dashboard.getByText('26 to 40 of 40').waitFor();

  // From the first cell to the one below it, and in.
  await matrix.getByRole('button', { name: /^Actual negative, predicted negative/ }).focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await dashboard.getByText('1 to 10 of 10').waitFor();
  const pressed = matrix.getByRole('button', { name: /^Actual positive, predicted negative/ });
  expect(await pressed.getAttribute('aria-pressed')).toBe('true');
  expect(await pressed.evaluate((button) => button === button.ownerDocument.activeElement)).toBe(true);
  await page.keyboard.press('Enter');
  await dashboard.getByText('1 to 25 of 40').waitFor();

  await dashboard.getByLabel('File').selectOption('test');
  await dashboard.getByText('One line cannot be read and is left out').click();
  await dashboard.getByText('predictions/test.jsonl:5: prediction: expected string, found nothing').waitFor();

  await reloadWindow(page);
  dashboard = await webview(page, TITLE);
  await dashboard.getByText('1 to 4 of 4').waitFor();
  expect(await dashboard.getByLabel('File').inputValue()).toBe('test');
});

test('a run that has no predictions of a file gets them, and shows them', async () => {
  const { page, folder } = await editors.open({ settings: { 'peftWorkbench.notifications.enabled': false } });
  await openFile(page, recipeName);
  await codeLens(page, /Start/).click();
  await expect
    .poll(async () => (await Promise.all(runFolders(folder).map(runRecord))).map(({ status }) => status), {
      timeout: 60_000,
    })
    .toEqual(['finished']);
  writeFileSync(join(folder, 'new.tsv'), 'text\tlabel\ngood film\tpositive\nbad film\tnegative\n');

  await command(page, 'PEFT: Predict…');
  await pick(page, /seed/);
  await pick(page, 'new.tsv');
  const dashboard = await webview(page, TITLE);
  await dashboard.getByText('1 to 2 of 2').waitFor();
  expect(await dashboard.getByLabel('File').inputValue()).toBe('new.tsv');
  await dashboard.getByText('good film').waitFor();
  const [run] = runFolders(folder);
  const lines = (await readFile(runPaths(run).predictions('new.tsv'), 'utf8')).trimEnd().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { text: string }).text)).toEqual(['good film', 'bad film']);
});
