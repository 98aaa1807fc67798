import { expect, test } from 'vitest';
import { useEditors } from './support/editor.ts';
import { openFile } from './support/palette.ts';
import { codeLens, cursorAtEndOf, hover, line, lineText, save, squiggles } from './support/textEditor.ts';
import { recipeName, withMiniLm } from './support/workspace.ts';

const editors = useEditors();

test('a recipe shows its actions, what each method trains, and a wrong field where it stands', async () => {
  const { page, log } = await editors.open({ recipe: withMiniLm });
  await openFile(page, recipeName);
  await codeLens(page, /Start tuning/i).waitFor();
  await codeLens(page, /^Plan$/).waitFor();
  await codeLens(page, /Configure/).waitFor();

  // 13 LayerNorms of 384 gains and as many biases.
  await line(page, /ln_tuning:.*9,984/).waitFor();
  expect(await squiggles(page).count()).toBe(0);

  await cursorAtEndOf(page, 'logging_steps');
  await page.keyboard.type('\nlearning_rat: 1');
  await squiggles(page).first().waitFor();
  await expect.poll(async () => (await hover(page, 'learning_rat:')).innerText()).toContain('learning_rate');
  expect(log()).not.toMatch(/\[(error|warning)\]/);
});

test('a count follows what the recipe trains', async () => {
  const { page } = await editors.open({ recipe: withMiniLm });
  await openFile(page, recipeName);
  await line(page, /ln_tuning:.*9,984/).waitFor();
  await cursorAtEndOf(page, 'ln_tuning');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Backspace');
  await page.keyboard.type('{ layers: [0] }');
  await expect.poll(() => lineText(page, 'ln_tuning'), { timeout: 15_000 }).toMatch(/1,536/);
  await save(page);
});
