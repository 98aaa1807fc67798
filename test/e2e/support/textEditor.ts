import type { Locator, Page } from 'playwright-core';

/** The text editor in front, or that of a file whose name is given. */
export function textEditor(page: Page, file?: string): Locator {
  const editors = page.locator('.editor-instance');
  if (file === undefined) return editors.first();
  return editors.filter({ has: page.getByRole('textbox', { name: file }) });
}

/** A code lens by a part of its title; a click runs it. */
export function codeLens(page: Page, title: string | RegExp): Locator {
  return page.getByRole('code').getByRole('button', { name: title });
}

/** Titles of all code lenses in view, from left to right. */
export function codeLenses(page: Page): Promise<string[]> {
  return page.getByRole('code').locator('.codelens-decoration').getByRole('button').allInnerTexts();
}

/** The line that holds a text, with its inlay hints and decorations. */
export function line(page: Page, text: string | RegExp): Locator {
  // Editors draw spaces that do not break; only patterns are taken by the letter.
  const hasText =
    typeof text === 'string' ? text : new RegExp(text.source.replaceAll(' ', '\\s'), text.flags);
  return page.locator('.view-line').filter({ hasText });
}

/** What a line of the editor shows, with hints and decorations behind the text; spaces are plain. */
export async function lineText(page: Page, text: string | RegExp): Promise<string> {
  return (await line(page, text).first().innerText()).replaceAll('\u00a0', ' ');
}

/** Underlined problems in view. */
export function squiggles(page: Page, severity: 'error' | 'warning' | 'info' | 'hint' = 'error'): Locator {
  return page.locator(`.squiggly-${severity}`);
}

/** The hover over a word of a line: text of messages and of hover providers. */
export async function hover(page: Page, word: string): Promise<Locator> {
  await page.mouse.move(0, 0);
  await line(page, word).first().getByText(word).last().hover();
  const content = page.locator('.monaco-hover-content:visible').first();
  await content.waitFor();
  return content;
}

/** Puts the cursor at the end of the first line that holds a text; `page.keyboard` then types there. */
export async function cursorAtEndOf(page: Page, text: string | RegExp): Promise<void> {
  await line(page, text).first().click();
  await page.keyboard.press('End');
}

/** Replaces what stands in the editor in front. */
export async function replaceText(page: Page, text: string): Promise<void> {
  await textEditor(page).locator('.view-lines').click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(text);
}

/** Saves the editor in front, and waits until its tab is no longer marked. */
export async function save(page: Page): Promise<void> {
  await page.keyboard.press('Control+s');
  await page.locator('.tab.active.dirty').waitFor({ state: 'detached' });
}

/** Messages of the Problems view, opened for it. */
export async function problems(page: Page): Promise<Locator> {
  const panel = page.getByRole('tree', { name: /problems/i });
  if (!(await panel.isVisible())) await page.keyboard.press('Control+Shift+m');
  await panel.waitFor();
  return panel.getByRole('treeitem');
}

/** What decorations show behind a line: drawn by styles, so it is no text of the page. */
export async function decorationText(page: Page, text: string | RegExp): Promise<string> {
  const contents = await line(page, text)
    .locator('span')
    .evaluateAll((spans) =>
      spans.map((span) => span.ownerDocument.defaultView!.getComputedStyle(span, '::after').content),
    );
  return contents.filter((content) => content !== 'none').join('');
}
