import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { writePredictedRun } from '../support/predictionExamples.ts';
import { useEditors } from './support/editor.ts';
import { command, openFile, quickInput } from './support/palette.ts';
import { poll } from './support/poll.ts';
import { writeRunsBeside, writeSampleProject } from './support/recordings.ts';
import { codeLens, cursorAtEndOf, decorationText, hover, line, squiggles } from './support/textEditor.ts';
import { clearNotifications, openSideBar, rows, toggleRow } from './support/views.ts';
import { seriousViolations, webview } from './support/webviews.ts';
import { themes } from './support/windows.ts';

const editors = useEditors();
/** Tasks with a view of predictions of their own, beside that of the sample, and the table that it alone has. */
const predicting = Object.entries({
  'token-classification': 'Entities by type',
  'question-answering': 'Answers',
  'text-generation': 'Generated texts',
});
const colours = new Map<string, string>();

test.each(Object.entries(themes))(
  '%s: every view looked at, the pages without serious faults',
  async (kind, theme) => {
    const settings = { 'workbench.colorTheme': theme, 'peftWorkbench.notifications.enabled': false };
    const prepare = async (dir: string) => writeRunsBeside(await writeSampleProject(dir));
    const { page, folder, another, server } = await editors.open({ settings, prepare });
    const shots = join('out/e2e/themes', kind.replaceAll(' ', '-'));
    mkdirSync(shots, { recursive: true });
    const shoot = (name: string, of: Page = page) => of.screenshot({ path: join(shots, `${name}.png`) });

    await openFile(page, 'sentiment.peft.yaml');
    // Asked for while the editor has the focus: VS Code gives up a lens that is not there yet when it goes.
    await codeLens(page, /7 runs/).waitFor();
    await line(page, /ln_tuning:.*9,984/).waitFor();
    await openSideBar(page);
    const groups = rows(page, 'Experiments', /±|\d of \d/);
    for (const row of await groups.all()) {
      if ((await row.getAttribute('aria-expanded')) === 'false') await toggleRow(row);
    }
    await expect.poll(() => decorationText(page, 'training:')).toMatch(/[▁▂▃▄▅▆▇█]/);
    await cursorAtEndOf(page, 'warmup_steps');
    await page.keyboard.press('Enter');
    await page.keyboard.type('learning_rat: 1');
    await squiggles(page).first().waitFor();
    await page.keyboard.press('Escape');
    await clearNotifications(page);
    await shoot('editor');
    await command(page, 'File: Revert File');
    await squiggles(page).first().waitFor({ state: 'detached' });
    await hover(page, 'training:');
    await page.locator('.monaco-hover-content img:visible').waitFor();
    await shoot('hover');

    await command(page, 'PEFT: Configure Recipe');
    const form = await webview(page, /sentiment\.peft\.yaml$/);
    await form.getByRole('button', { name: 'layer 0', exact: true }).waitFor();
    await form.getByRole('heading', { name: 'sentiment' }).hover();
    await shoot('form');
    await form.getByRole('heading', { name: 'Methods', exact: true }).scrollIntoViewIfNeeded();
    await shoot('form-grid');
    await form.getByLabel('num_train_epochs', { exact: true }).scrollIntoViewIfNeeded();
    await shoot('form-training');
    expect(await seriousViolations(form)).toEqual([]);
    const ofForm = await coloursOf(form);

    await rows(page, 'Experiments', 'sentiment').first().hover();
    await command(page, 'PEFT: Open Dashboard');
    const dashboard = await webview(page, /dashboard/i);
    await dashboard.getByRole('table', { name: 'Runs' }).waitFor();
    await dashboard
      .getByRole('checkbox', { name: /^Show all runs/ })
      .first()
      .waitFor();
    for (const box of await dashboard.getByRole('checkbox', { name: /^Show all runs/ }).all())
      await box.check();
    await dashboard.getByRole('img', { name: /loss/ }).first().waitFor();
    await dashboard.getByRole('table', { name: 'Comparison' }).waitFor();
    await shoot('dashboard');
    await dashboard.getByRole('table', { name: 'Comparison' }).scrollIntoViewIfNeeded();
    await shoot('dashboard-comparison');
    expect(await seriousViolations(dashboard)).toEqual([]);

    await dashboard.getByRole('tab', { name: 'Predictions' }).click();
    const run = dashboard.getByLabel('Run', { exact: true });
    await run.selectOption({ label: 'sentiment: LN-tuning (1) #1' });
    await dashboard.getByRole('button', { name: /^Actual positive, predicted negative/ }).click();
    await dashboard.getByText('1 to 25 of 44').waitFor();
    await shoot('predictions');
    expect(await seriousViolations(dashboard)).toEqual([]);
    for (const [task] of predicting) writePredictedRun(join(folder, 'runs'), task);
    for (const [task, table] of predicting) {
      await dashboard.getByRole('checkbox', { name: `Show all runs of ${task}: ln` }).check();
      await run.selectOption({ label: `${task}: ln #0` });
      await dashboard.getByText('1 to 3 of 3').waitFor();
      // Until it is there, the view before stands dimmed in its place, with as many lines.
      await dashboard.getByRole('table', { name: table, exact: true }).waitFor();
      await shoot(`predictions-${task}`);
      expect(await seriousViolations(dashboard)).toEqual([]);
    }

    // Text and background are the theme's: one pair for both pages, another for each theme.
    expect(await coloursOf(dashboard)).toBe(ofForm);
    expect([...colours.values()]).not.toContain(ofForm);
    colours.set(kind, ofForm);

    await command(page, 'Welcome: Open Walkthrough...');
    await quickInput(page).fill('First steps');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'First steps with PEFT Workbench', level: 2 }).waitFor();
    // Its picture, which takes the colours of the theme as well.
    const picture = await poll('the picture of the first step', () => frameWith(page, 'data/'));
    const panel = picture.locator('svg rect').first();
    expect(
      await panel.evaluate((rect) => rect.ownerDocument.defaultView!.getComputedStyle(rect).stroke),
    ).not.toBe('none');
    await shoot('walkthrough');

    const withoutRuns = mkdtempSync(join(server.root, 'empty-'));
    mkdirSync(join(withoutRuns, '.vscode'));
    writeFileSync(join(withoutRuns, '.vscode/settings.json'), JSON.stringify(settings));
    const empty = await another(withoutRuns);
    await openSideBar(empty);
    await empty.getByText('No runs yet').waitFor();
    await shoot('welcome', empty);
  },
);

/** A frame of the window with an image that holds a text. */
async function frameWith(page: Page, text: string): Promise<Frame | undefined> {
  for (const frame of page.frames()) {
    const found = await frame
      .locator('svg text', { hasText: text })
      .count()
      .catch(() => 0);
    if (found > 0) return frame;
  }
  return undefined;
}

/** Text on background, as computed. */
function coloursOf(frame: Frame): Promise<string> {
  return frame.locator('body').evaluate((body) => {
    const { color, backgroundColor } = body.ownerDocument.defaultView!.getComputedStyle(body);
    return `${color} on ${backgroundColor}`;
  });
}
