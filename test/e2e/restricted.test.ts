import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { useEditors } from './support/editor.ts';
import { command, openFile } from './support/palette.ts';
import { writeSampleProject } from './support/recordings.ts';
import { codeLens, cursorAtEndOf, decorationText, line, lineText, squiggles } from './support/textEditor.ts';
import { notification, openSideBar, rows } from './support/views.ts';
import { webview } from './support/webviews.ts';
import { recipeName, runFolders } from './support/workspace.ts';

const editors = useEditors({ trusted: false });

test('a folder that is not trusted: recipes are checked and finished runs shown, nothing is started', async () => {
  let recorded = '';
  const { page, folder, server } = await editors.open({
    prepare: async (dir) => void (recorded = await writeSampleProject(dir)),
  });
  // 5 LayerNorms of 8 gains and as many biases.
  await openFile(page, recipeName);
  await line(page, /ln_tuning:.*80/).waitFor();
  await cursorAtEndOf(page, 'logging_steps');
  await page.keyboard.press('Enter');
  await page.keyboard.type('learning_rat: 1');
  await squiggles(page).first().waitFor();
  await command(page, 'File: Revert File');

  // The finished run; its model lies outside of the workspace, so nobody looks into it.
  await openFile(page, 'sentiment.peft.yaml');
  await codeLens(page, /1 run, best/).waitFor();
  await expect.poll(() => decorationText(page, 'training:')).toMatch(/[▁▂▃▄▅▆▇█]/);
  expect(await lineText(page, 'ln_tuning:')).not.toMatch(/\d/);
  await openSideBar(page);
  await rows(page, 'Experiments', 'LN-tuning').first().waitFor();
  await codeLens(page, /1 run, best/).click();
  const dashboard = await webview(page, /dashboard/i);
  await dashboard.getByRole('heading', { name: 'loss' }).waitFor();
  await dashboard.getByRole('img', { name: /loss/ }).first().waitFor();

  // No start, by whichever way, and the reason is told.
  await command(page, 'PEFT: Start Tuning');
  await refused();
  await openFile(page, 'sentiment.peft.yaml');
  await codeLens(page, /Start tuning/).click();
  await refused();
  await codeLens(page, 'Configure').click();
  const form = await webview(page, /sentiment\.peft\.yaml$/);
  const start = form.getByRole('button', { name: 'Start tuning' });
  await start.waitFor();
  expect(await start.isDisabled()).toBe(true);
  await form.getByText(/Restricted Mode/).waitFor();

  expect(runFolders(folder)).toEqual([recorded]);
  const processes = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n');
  const ofServer = processes.filter((args) => args.includes(server.root));
  expect(ofServer.length, 'the server itself is seen').toBeGreaterThan(0);
  const started = /\bcli\.js|trainer/;
  expect(processes.filter((args) => started.test(args) && args.includes(server.root))).toEqual([]);

  async function refused(): Promise<void> {
    const reason = notification(page, 'need a trusted workspace');
    await reason.waitFor();
    await reason.getByRole('button', { name: 'Manage Workspace Trust' }).click();
    const trust = page.getByRole('dialog', { name: 'Workspace Trust' });
    await trust.getByText('You are in Restricted Mode').waitFor();
    await trust
      .getByRole('button', { name: /^Close/ })
      .first()
      .click();
    await trust.waitFor({ state: 'detached' });
  }
});
