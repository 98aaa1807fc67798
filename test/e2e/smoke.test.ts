import { expect, test } from 'vitest';
import { useEditors } from './support/editor.ts';
import { offered } from './support/palette.ts';
import { openSideBar, welcome } from './support/views.ts';

const editors = useEditors();

test('installed: the container has both views, the palette the commands that always apply, and the log no error', async () => {
  const { page, log } = await editors.open();
  await openSideBar(page);
  await page.getByRole('button', { name: 'Models Section' }).waitFor();
  await welcome(page).first().waitFor();

  const commands = await offered(page, 'PEFT: ');
  for (const title of [
    'New Recipe…',
    'New Sample Project…',
    'Configure Recipe',
    'Start Tuning',
    'Open Dashboard',
    'Download Model…',
    'Doctor',
  ]) {
    expect(commands, title).toContainEqual(expect.stringContaining(`PEFT: ${title}`));
  }
  expect(commands.join(), 'no run is there to be stopped').not.toContain('Stop Run');
  expect(log()).not.toMatch(/\[(error|warning)\]/);
});
