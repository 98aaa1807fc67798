import type { Locator, Page } from 'playwright-core';
import { poll } from './poll.ts';

/** Opens the extension's container in the side bar. */
export async function openSideBar(page: Page): Promise<void> {
  const tab = page.getByRole('tab', { name: 'PEFT Workbench', exact: true });
  if ((await tab.getAttribute('aria-expanded')) !== 'true') await tab.click();
  await page.getByRole('button', { name: 'Experiments Section' }).waitFor();
}

/** Rows of a tree view of the side bar whose label and description hold a text; all without one. */
export function rows(page: Page, view: 'Experiments' | 'Models', text: string | RegExp = ''): Locator {
  return page.getByRole('tree', { name: view }).getByRole('treeitem').filter({ hasText: text });
}

/** Opens or closes a row. */
export async function toggleRow(row: Locator): Promise<void> {
  await row.locator('.monaco-tl-twistie').click();
}

/** Presses an action that a row shows inline. */
export async function inlineAction(row: Locator, name: string | RegExp): Promise<void> {
  await row.hover();
  await row.getByRole('button', { name }).click();
}

/** Chooses from the context menu of a row, of a tab or of any other place. */
export async function contextMenu(place: Locator, item: string | RegExp): Promise<void> {
  await place.click({ button: 'right' });
  const entry = place.page().getByRole('menuitem', { name: item });
  await entry.waitFor();
  // A press so soon after the menu opened counts as the end of the one that opened it, and the menu stays.
  await poll(`the choice of ${String(item)}`, async () => {
    await entry.click({ timeout: 1000 }).catch(() => undefined);
    return (await entry.count()) === 0 ? true : undefined;
  });
}

/** What an empty view says. */
export function welcome(page: Page): Locator {
  return page.getByRole('region', { name: 'Welcome' });
}

/** An item of the status bar, by its text or tooltip. */
export function statusItem(page: Page, text: string | RegExp): Locator {
  return page.getByRole('status').getByRole('button', { name: text });
}

/** A notification that holds a text; `getByRole('button', { name })` on it is one of its choices. */
export function notification(page: Page, text: string | RegExp): Locator {
  return page.locator('.notifications-toasts').getByRole('dialog').filter({ hasText: text });
}

/** Takes all notifications away. */
export async function clearNotifications(page: Page): Promise<void> {
  const shown = page.locator('.notifications-toasts').getByRole('dialog');
  while ((await shown.count()) > 0) {
    await shown.first().hover();
    await shown
      .first()
      .getByRole('button', { name: /^Clear Notification/ })
      .click();
  }
}

/** A tab of the editors, by its title. */
export function tab(page: Page, title: string | RegExp): Locator {
  return page.getByRole('main').getByRole('tab', { name: title });
}

/** Closes a tab; what it holds must be saved. */
export async function closeTab(page: Page, title: string | RegExp): Promise<void> {
  await tab(page, title)
    .getByRole('button', { name: /^Close/ })
    .click();
  await tab(page, title).waitFor({ state: 'detached' });
}
