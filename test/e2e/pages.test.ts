import { expect, test } from 'vitest';
import { useEditors } from './support/editor.ts';
import { command, openFile } from './support/palette.ts';
import { codeLens } from './support/textEditor.ts';
import { notification, openSideBar, rows } from './support/views.ts';
import { countWebviews, seriousViolations, webview } from './support/webviews.ts';
import { reloadWindow, restartServer } from './support/windows.ts';
import { recipeName } from './support/workspace.ts';

const editors = useEditors();

test('the form of a recipe has no serious fault of accessibility', async () => {
  const { page } = await editors.open();
  await openFile(page, recipeName);
  await codeLens(page, /Configure/).click();
  const form = await webview(page, /tiny\.peft\.yaml$/);
  await form.getByRole('heading').first().waitFor();
  expect(await seriousViolations(form)).toEqual([]);
});

test('a started run comes to the tree and to a dashboard without serious faults, and both are there after a reload', async () => {
  const { page, server } = await editors.open({ settings: { 'peftWorkbench.notifications.enabled': false } });
  await openFile(page, recipeName);
  await codeLens(page, /Start/).click();
  await openSideBar(page);
  await rows(page, 'Experiments', /ln_tuning|tiny/)
    .first()
    .waitFor();
  await command(page, 'PEFT: Open Dashboard');
  const title = /runs|dashboard/i;
  const dashboard = await webview(page, title);
  await dashboard.getByRole('table').first().waitFor();
  expect(await seriousViolations(dashboard)).toEqual([]);

  await reloadWindow(page);
  await (await webview(page, title)).getByRole('table').first().waitFor();
  expect(await countWebviews(page, title)).toBe(1);

  await restartServer(page, server);
  await openSideBar(page);
  await rows(page, 'Experiments', /ln_tuning|tiny/)
    .first()
    .waitFor();
  expect(await notification(page, /error/i).count()).toBe(0);
});
