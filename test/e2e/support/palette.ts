import { basename } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** Runs a command by its full title, such as `PEFT: Start Tuning`. */
export async function command(page: Page, title: string): Promise<void> {
  await (await commandRow(page, title)).click();
}

/** Titles that the palette offers for a text; leaves it closed. */
export async function offered(page: Page, text: string): Promise<string[]> {
  await commandRow(page, text);
  const rows = await options(page).all();
  const names = await Promise.all(rows.map((row) => row.getAttribute('aria-label')));
  await page.keyboard.press('Escape');
  return names.map((name) => name ?? '');
}

/** Chooses in an open quick pick the item whose label, or whose label and description, hold the text. */
export async function pick(page: Page, text: string | RegExp): Promise<void> {
  await option(page, text).click();
}

/** Marks several items of an open quick pick that has check boxes, and accepts. */
export async function pickSeveral(page: Page, ...texts: readonly (string | RegExp)[]): Promise<void> {
  const list = page.locator('.quick-input-widget:visible .quick-input-list');
  for (const text of texts) {
    await list.getByRole('checkbox').filter({ hasText: text }).first().click();
  }
  await page.keyboard.press('Enter');
}

/** Types into an open input box, or into the box of a quick pick that takes free text, and accepts. */
export async function answer(page: Page, text: string): Promise<void> {
  await quickInput(page).fill(text);
  await page.keyboard.press('Enter');
}

/** Answers the dialog for a file or folder by its path and the button of that name. */
export async function answerDialog(page: Page, path: string, accept: string): Promise<void> {
  // It lists the folder around a path before it takes the path.
  await fillDialog(page, path, option(page, basename(path)));
  await press(page, accept);
}

/** Answers the dialog for something to be written, by a path that is not there yet and the button of that name. */
export async function answerSaveDialog(page: Page, path: string, accept: string): Promise<void> {
  await fillDialog(page, path);
  await press(page, accept);
}

/** An opening dialog fills its box by itself, more than once: the path is typed until it stays, with what it must list. */
async function fillDialog(page: Page, path: string, listed?: Locator): Promise<void> {
  const box = quickInput(page);
  await expect.poll(() => box.inputValue()).toMatch(/^\//);
  let stayed = 0;
  await expect
    .poll(
      async () => {
        if ((await box.inputValue()) !== path) {
          stayed = 0;
          await box.fill(path);
        } else if (listed === undefined || (await listed.isVisible())) stayed++;
        return stayed;
      },
      { interval: 250 },
    )
    .toBeGreaterThanOrEqual(4);
}

/** Presses a button of an open dialog, and again where that stays open: a press while it still reads the folder is lost. */
async function press(page: Page, name: string): Promise<void> {
  const button = page.locator('.quick-input-widget:visible').getByRole('button', { name });
  await expect
    .poll(async () => {
      await button.click({ timeout: 3_000 }).catch(() => undefined);
      // Time to close: a second press must not meet a dialog that is about to.
      await button.waitFor({ state: 'hidden', timeout: 3_000 }).catch(() => undefined);
      return button.isVisible();
    })
    .toBe(false);
}

/** Opens a file of the workspace by its name. */
export async function openFile(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+p');
  await quickInput(page).fill(name);
  await option(page, name).click();
  await page.getByRole('tab', { name }).waitFor();
}

/** The box of the open quick pick, input or palette. */
export function quickInput(page: Page): Locator {
  return page
    .locator('.quick-input-widget:visible')
    .getByRole('textbox')
    .or(page.locator('.quick-input-widget:visible').getByRole('combobox'));
}

/** One item of the open quick pick. */
export function option(page: Page, text: string | RegExp): Locator {
  return options(page).filter({ hasText: text }).first();
}

const options = (page: Page) => page.locator('.quick-input-widget:visible').getByRole('option');

/** The palette does not show commands that register after it was opened: it is opened again until the title is there. */
async function commandRow(page: Page, title: string): Promise<Locator> {
  for (let attempt = 1; ; attempt++) {
    await page.keyboard.press('F1');
    const row = option(page, title);
    try {
      // A page that takes the focus at this moment closes it.
      await quickInput(page).fill(`>${title}`, { timeout: 2_000 });
      await row.waitFor({ timeout: 2_000 });
      return row;
    } catch (error) {
      if (attempt === 10) throw error;
      await page.keyboard.press('Escape');
    }
  }
}
