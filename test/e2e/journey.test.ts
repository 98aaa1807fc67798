import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { expect, test } from 'vitest';
import { useEditors } from './support/editor.ts';
import { answerDialog, command, pick, pickSeveral } from './support/palette.ts';
import { poll } from './support/poll.ts';
import { codeLens, cursorAtEndOf, decorationText, line, save } from './support/textEditor.ts';
import { inlineAction, openSideBar, rows, statusItem } from './support/views.ts';
import { canvasColours, countWebviews, tableTexts, webview } from './support/webviews.ts';
import { reloadWindow, restartServer } from './support/windows.ts';
import { miniLm, runFolders, runMetrics, runRecord, trainingProcesses } from './support/workspace.ts';

const editors = useEditors();
const TITLE = /dashboard/i;

test('the sample project, from its model to a comparison, across a reload and the death of the server', async () => {
  const { page, folder, server } = await editors.open();

  await command(page, 'PEFT: New Sample Project…');
  await pick(page, /^In /);
  await pick(page, 'Use a model folder…');
  await answerDialog(page, miniLm, 'Use Model');
  await page.getByRole('tab', { name: 'sentiment.peft.yaml' }).waitFor();
  expect(await readdir(join(folder, 'peft-sample/data'))).toContain('README.md');
  const [recorded, ...none] = runFolders(folder);
  expect(none).toEqual([]);

  // Counts, lens and the recorded run, before anything is started.
  await line(page, /ln_tuning:.*9,984/).waitFor();
  await codeLens(page, /1 run/).waitFor();
  await expect.poll(() => decorationText(page, 'training:')).toMatch(/[▁▂▃▄▅▆▇█]/);

  // Long enough to be interrupted three times.
  await cursorAtEndOf(page, 'num_train_epochs');
  await page.keyboard.type('0');
  await save(page);
  await command(page, 'PEFT: Start Tuning');
  await pick(page, 'Choose variants…');
  const startedMs = Date.now();
  await pickSeveral(page, 'LN-tuning');

  // The dashboard comes by itself, and with it the first point.
  let dashboard = await webview(page, TITLE);
  await lossTable(dashboard);
  const firstPointMs = Date.now() - startedMs;
  expect(firstPointMs).toBeLessThan(90_000);
  console.log(`first point on screen ${(firstPointMs / 1000).toFixed(1)} s after the start was confirmed`);
  const run = await poll('the run at work', async () => {
    for (const dir of runFolders(folder)) if ((await runRecord(dir)).status === 'running') return dir;
    return undefined;
  });
  const [pid] = await trainingProcesses(folder);
  await statusItem(page, /training/).waitFor();

  // Curve and table move, and agree with the file.
  const before = await lastStep(dashboard);
  const drawnBefore = await pixels(dashboard);
  await expect.poll(() => lastStep(dashboard), { timeout: 120_000 }).toBeGreaterThan(before + 20);
  expect(await pixels(dashboard)).not.toEqual(drawnBefore);
  await agrees(dashboard, run);
  await openSideBar(page);
  const atWork = rows(page, 'Experiments', /seed 1.*step \d+/);
  const shown = await atWork.innerText();
  await expect.poll(() => atWork.innerText(), { timeout: 60_000 }).not.toBe(shown);

  await reloadWindow(page);
  dashboard = await webview(page, TITLE);
  await lossTable(dashboard);
  expect(await trainingProcesses(folder)).toEqual([pid]);
  expect(await countWebviews(page, TITLE)).toBe(1);
  await agrees(dashboard, run);

  await restartServer(page, server, async () => {
    const { length } = await runMetrics(run);
    await expect
      .poll(async () => (await runMetrics(run)).length, { timeout: 60_000 })
      .toBeGreaterThan(length);
  });
  dashboard = await webview(page, TITLE);
  await lossTable(dashboard);
  expect(await trainingProcesses(folder)).toEqual([pid]);
  await agrees(dashboard, run);

  // Stop, and take the waiting runs out of the queue.
  await openSideBar(page);
  await command(page, 'PEFT: Stop Run');
  await pickSeveral(page, 'seed 1', 'seed 2', 'seed 3');
  await expect.poll(async () => (await runRecord(run)).status, { timeout: 60_000 }).toBe('stopped');
  await expect.poll(() => trainingProcesses(folder), { timeout: 30_000 }).toEqual([]);
  const stoppedAt = Math.max(...(await runMetrics(run)).map(({ step }) => Number(step)));

  // Resume goes on from there.
  const stopped = rows(page, 'Experiments', /seed 1.*stopped/i);
  await stopped.waitFor();
  await inlineAction(stopped, 'Resume Run');
  await expect
    .poll(async () => Number((await runMetrics(run)).at(-1)?.step), { timeout: 90_000 })
    .toBeGreaterThan(stoppedAt);

  await agrees(await webview(page, TITLE), run);
  expect((await runRecord(recorded)).status).toBe('finished');
}, 600_000);

/** The data behind the loss chart, opened where it is not. */
async function lossTable(dashboard: Frame) {
  const card = dashboard
    .getByRole('article')
    .filter({ has: dashboard.getByRole('heading', { name: 'loss' }) });
  await card.waitFor({ timeout: 90_000 });
  const show = card.getByRole('button', { name: /^(loss: )?Show data/ });
  if ((await show.count()) > 0) await show.click();
  const table = card.getByRole('table');
  await table.waitFor();
  return table;
}

async function lastStep(dashboard: Frame): Promise<number> {
  const texts = await tableTexts(await lossTable(dashboard));
  return Number(texts.at(-1)?.[0].replaceAll(',', ''));
}

async function pixels(dashboard: Frame) {
  return canvasColours(dashboard.getByRole('img', { name: /loss/ }).first());
}

/** Every training loss of the file stands in the table, at its step. */
async function agrees(dashboard: Frame, run: string): Promise<void> {
  const lines = (await runMetrics(run)).filter((entry) => 'train/loss' in entry);
  await expect
    .poll(
      async () => {
        const [, ...texts] = await tableTexts(await lossTable(dashboard));
        const cells = new Map(texts.map(([step, ...rest]) => [Number(step.replaceAll(',', '')), rest]));
        return lines.filter(
          ({ step, 'train/loss': loss }) => !cells.get(Number(step))?.includes(String(loss)),
        );
      },
      { timeout: 30_000 },
    )
    .toEqual([]);
}
