import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { tinyTextsRecipe, writeTinyTexts } from '../support/tinyTexts.ts';
import { useEditors } from './support/editor.ts';
import { command, openFile } from './support/palette.ts';
import { codeLens, cursorAtEndOf, line, lineText, textEditor } from './support/textEditor.ts';
import { tab } from './support/views.ts';
import { seriousViolations, webview } from './support/webviews.ts';
import { themes } from './support/windows.ts';
import { recipeName, runFolders, runRecord } from './support/workspace.ts';

const editors = useEditors();

const commented = (text: string) =>
  text
    .replace('training:', '# passes over the data\ntraining:')
    .replace('learning_rate: 3.0e-2', 'learning_rate: 3.0e-2 # high, for a tiny model');

const writing = tinyTextsRecipe
  .replace("prompt: '{seen} .'", 'prompt: "{seen}\\n\\nIn short:\\n"')
  .replace(' { max_new_tokens: 8 }', '\n    max_new_tokens: 8');

test('form and text are two views of one recipe, and the form starts it', async () => {
  const { page, folder } = await editors.open({ recipe: commented });
  const form = await openBeside(page);
  await form.getByRole('heading', { name: 'tiny', level: 1 }).waitFor();
  const epochs = form.getByLabel('num_train_epochs', { exact: true });
  const rate = form.getByLabel('learning_rate', { exact: true }).last();
  expect(await epochs.inputValue()).toBe('3');

  // The form changes the text, and one Undo takes back one change.
  await epochs.fill('5');
  await epochs.press('Tab');
  await line(page, 'num_train_epochs: 5').waitFor();
  const layer = form.getByRole('button', { name: 'layer 1', exact: true });
  const counts = form.getByText(/ trained \(/);
  const all = await counts.innerText();
  expect(await layer.getAttribute('aria-pressed')).toBe('true');
  await layer.click();
  await line(page, /layers:/).waitFor();
  await expect.poll(() => layer.getAttribute('aria-pressed')).toBe('false');
  await expect.poll(() => counts.innerText()).not.toBe(all);
  await line(page, '# passes over the data').waitFor();
  await line(page, '3.0e-2 # high, for a tiny model').waitFor();

  await cursorAtEndOf(page, 'version: 1');
  await page.keyboard.press('Control+z');
  await line(page, /layers:/).waitFor({ state: 'detached' });
  expect(await lineText(page, 'num_train_epochs')).toContain('num_train_epochs: 5');
  await expect.poll(() => layer.getAttribute('aria-pressed')).toBe('true');
  await page.keyboard.press('Control+z');
  await line(page, 'num_train_epochs: 3').waitFor();
  await expect.poll(() => epochs.inputValue()).toBe('3');

  // The text changes the form.
  await cursorAtEndOf(page, 'num_train_epochs');
  await page.keyboard.press('Backspace');
  await page.keyboard.type('2');
  await expect.poll(() => epochs.inputValue()).toBe('2');
  await expect.poll(() => counts.innerText()).toBe(all);
  await cursorAtEndOf(page, 'ln_tuning:');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Backspace');
  await page.keyboard.type('{ layers: [0] }');
  await expect.poll(() => counts.innerText()).not.toBe(all);
  expect(await layer.getAttribute('aria-pressed')).toBe('false');

  // A wrong text is told at its field, and keeps the form from starting.
  const start = form.getByRole('button', { name: 'Start tuning' });
  await cursorAtEndOf(page, 'num_train_epochs');
  await page.keyboard.type('x');
  await expect.poll(() => epochs.getAttribute('aria-invalid')).toBe('true');
  expect(await problemOf(form, epochs)).toMatch(/2x/);
  expect(await rate.getAttribute('aria-invalid')).toBeNull();
  await expect.poll(() => start.isDisabled()).toBe(true);
  await cursorAtEndOf(page, 'num_train_epochs');
  await page.keyboard.press('Backspace');
  await expect.poll(() => epochs.getAttribute('aria-invalid')).toBeNull();

  await start.click();
  await expect.poll(() => runFolders(folder).length, { timeout: 30_000 }).toBe(1);
  await expect
    .poll(async () => (await runRecord(runFolders(folder)[0])).status, { timeout: 60_000 })
    .toBe('finished');
  const saved = await readFile(join(folder, recipeName), 'utf8');
  expect(saved).toContain('# passes over the data\ntraining:\n  num_train_epochs: 2\n');
  expect(saved).toContain('learning_rate: 3.0e-2 # high, for a tiny model');
});

test.each(Object.entries(themes))(
  '%s: a text with columns keeps its lines, and a mapping of the task is a group of fields',
  async (_, theme) => {
    const { page } = await editors.open({
      recipe: () => writing,
      settings: { 'workbench.colorTheme': theme },
      prepare: async (dir) => {
        await rm(join(dir, 'model'), { recursive: true });
        await writeTinyTexts(dir, { recipe: writing });
      },
    });
    const form = await openBeside(page);
    const prompt = form.getByLabel('prompt', { exact: true });
    await form.getByRole('heading', { name: 'tiny', level: 1 }).waitFor();
    if (!(await prompt.isVisible())) await form.getByRole('heading', { name: 'Task', exact: true }).click();
    expect(await prompt.inputValue()).toBe('{seen}\n\nIn short:\n');
    await prompt.focus();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('Why?');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await line(page, 'prompt: "{seen}\\n\\nIn short:\\nWhy?\\n"').waitFor();
    expect(await prompt.inputValue()).toBe('{seen}\n\nIn short:\nWhy?\n');

    // From field to field by keys alone.
    const generation = form.getByRole('group', { name: 'generation', exact: true });
    const most = generation.getByLabel('max_new_tokens', { exact: true });
    const beams = generation.getByLabel('num_beams', { exact: true });
    expect(await most.inputValue()).toBe('8');
    await most.focus();
    // Control+a goes through the editor, and may come behind the next key.
    await page.keyboard.press('End');
    await page.keyboard.press('Backspace');
    await page.keyboard.type('16');
    await page.keyboard.press('Tab'); // the button that resets it
    await page.keyboard.press('Tab');
    await page.keyboard.type('2');
    await page.keyboard.press('Tab');
    await line(page, 'max_new_tokens: 16').waitFor();
    await line(page, 'num_beams: 2').waitFor();
    await expect.poll(() => beams.inputValue()).toBe('2');
    await expect.poll(() => beams.getAttribute('aria-invalid')).toBeNull();
    expect(await seriousViolations(form)).toEqual([]);
    await beams.fill('0');
    await beams.press('Tab');
    await expect.poll(() => beams.getAttribute('aria-invalid')).toBe('true');
    await generation.getByRole('button', { name: 'Reset generation' }).click();
    await line(page, 'generation:').waitFor({ state: 'detached' });
    await expect.poll(() => most.inputValue()).toBe('');
  },
);

test('cells of the model switch methods, by mouse and by keys, and variants are added beside each other', async () => {
  const { page } = await editors.open({ recipe: commented });
  const form = await openBeside(page);
  const layer = form.getByRole('button', { name: 'layer 1', exact: true });
  await layer.waitFor();
  const cell = form
    .getByRole('row', { name: /^layer 0/ })
    .getByRole('button')
    .last();
  expect(await cell.getAttribute('aria-pressed')).toBe('true');
  await cell.click();
  await expect.poll(() => cell.getAttribute('aria-pressed')).toBe('false');
  await line(page, /layer_norms/)
    .first()
    .waitFor();
  await cursorAtEndOf(page, 'version: 1');
  await page.keyboard.press('Control+z');
  await line(page, /layer_norms/).waitFor({ state: 'detached' });
  await expect.poll(() => cell.getAttribute('aria-pressed')).toBe('true');

  // Keys alone: from the last cell to the one before it and back to the row's header, and up.
  await cell.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  expect(await layer.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
  await page.keyboard.press('Space');
  await expect.poll(() => layer.getAttribute('aria-pressed')).toBe('false');
  await page.keyboard.press('Space');
  await expect.poll(() => layer.getAttribute('aria-pressed')).toBe('true');

  // The LayerNorm of the embeddings has a column of its own, and its row is a switch as well.
  const ofEmbeddings = form.getByRole('button', { name: 'embeddings LayerNorm', exact: true });
  await ofEmbeddings.click();
  await expect.poll(() => ofEmbeddings.getAttribute('aria-pressed')).toBe('false');
  await form.getByRole('button', { name: 'embeddings', exact: true }).click();
  await expect.poll(() => ofEmbeddings.getAttribute('aria-pressed')).toBe('true');

  // Another method, that the recipe has not.
  await form.getByRole('radio', { name: /LoRA/ }).check();
  await layer.click();
  await line(page, 'lora:').waitFor();
  await form.getByRole('button', { name: 'gain only' }).click();
  await line(page, 'lora:').waitFor({ state: 'detached' });

  await form.getByRole('button', { name: 'Add a copy' }).click();
  await line(page, 'variants:').waitFor();
  const variants = form.getByRole('table', { name: 'Variants' });
  await expect.poll(() => variants.getByRole('row').count()).toBe(3);
  await expect.poll(() => variants.getByText(/ MB$/).count(), { timeout: 30_000 }).toBe(2);
  await variants.getByRole('button', { name: 'ln_tuning 2', exact: true }).click();
  await form.getByLabel('Name of the variant shown').fill('other');
  await page.keyboard.press('Enter');
  await line(page, /other:/).waitFor();
  const other = variants.getByRole('button', { name: 'other', exact: true });
  await expect.poll(() => other.getAttribute('aria-pressed')).toBe('true');

  // What concerns a variant is told beside it; a press goes to the field.
  const findings = variants.getByRole('button', { name: /^other, .*Go to: Line/ });
  await findings.waitFor();
  expect(await findings.getAttribute('title')).toMatch(/^Line \d+, /);
  await findings.click();
  await expect.poll(() => form.locator('[data-path]:focus, [data-path] :focus').count()).toBe(1);
  expect(await seriousViolations(form)).toEqual([]);
});

test('the form of a recipe that has a title of its own shows it; without a recipe it shows a new one', async () => {
  const { page } = await editors.open({
    recipe: (text) => text.replace('model:', 'name: good or bad\nmodel:'),
  });
  await command(page, 'PEFT: Configure Recipe');
  const untitled = await webview(page, /^Untitled/);
  const epochs = untitled.getByLabel('num_train_epochs', { exact: true });
  await epochs.waitFor();
  await epochs.fill('7');
  await epochs.press('Tab');
  await untitled.getByRole('button', { name: 'Edit as text' }).click();
  await line(page, 'num_train_epochs: 7').waitFor();
  await line(page, '# Files with one example per row').waitFor();

  await openFile(page, recipeName);
  await codeLens(page, 'Configure').click();
  const form = await webview(page, /tiny\.peft\.yaml$/);
  await form.getByRole('heading', { name: 'good or bad', level: 1 }).waitFor();
});

/** The recipe as text on the left, as form on the right. */
async function openBeside(page: Page): Promise<Frame> {
  await openFile(page, recipeName);
  await codeLens(page, 'Configure').waitFor();
  await command(page, 'View: Split Editor Right');
  await expect.poll(() => textEditor(page, recipeName).count()).toBe(2);
  await expect.poll(() => codeLens(page, 'Configure').count()).toBe(2);
  await codeLens(page, 'Configure').last().click();
  const form = await webview(page, /tiny\.peft\.yaml$/);
  await expect.poll(() => tab(page, recipeName).count()).toBeGreaterThan(2);
  return form;
}

/** What the page says is wrong with a field. */
async function problemOf(form: Frame, field: ReturnType<Frame['getByLabel']>): Promise<string> {
  const [id] = ((await field.getAttribute('aria-describedby')) ?? '').split(' ');
  return form.locator(`[id="${id}"]`).innerText();
}
