import type { BrowserContext, Page } from 'playwright-core';
import { command } from './palette.ts';
import type { Server } from './server.ts';

/** Opens a folder in a window of VS Code, and waits until the extension's container is there. */
export async function openWindow(context: BrowserContext, server: Server, folder: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(server.url(folder));
  await workbench(page);
  return page;
}

/** As the command of that name: state and panels come back. A bare reload of the page would lose what is not yet stored. */
export async function reloadWindow(page: Page): Promise<void> {
  await Promise.all([page.waitForEvent('load'), command(page, 'Developer: Reload Window')]);
  await workbench(page);
}

/** The server dies with all extension hosts; `meanwhile` happens without it; then it is back and the window loads again. */
export async function restartServer(
  page: Page,
  server: Server,
  meanwhile: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  await server.kill();
  await meanwhile();
  await server.start();
  await page.goto(page.url());
  await workbench(page);
}

/** Themes of VS Code itself, by kind, as `workbench.colorTheme` names them. */
export const themes = {
  light: 'Default Light Modern',
  dark: 'Default Dark Modern',
  'high contrast dark': 'Default High Contrast',
  'high contrast light': 'Default High Contrast Light',
} as const;

async function workbench(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'PEFT Workbench', exact: true }).waitFor();
}
