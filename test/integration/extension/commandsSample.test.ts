import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { editor, useEditor } from '../../support/editor/editor.ts';
import { Uri } from '../../support/editor/values.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { commandServices } from './commandServices.ts';

useEditor();

const MODEL = 'sentence-transformers/all-MiniLM-L6-v2';
const cached = { id: MODEL, revision: 'b'.repeat(40), dir: '/c', architecture: 'bert', parameters: 5 };
const sample = 'peftWorkbench.newSampleProject';

async function made({ isCached = true, download = () => ({}) as unknown } = {}) {
  const dir = temporaryFolder();
  const given = await commandServices({
    runsDir: join(dir, 'runs'),
    language: { 'peft/models': isCached ? [cached] : [] },
    cli: { download },
  });
  Object.assign(given.services.context, {
    asAbsolutePath: (path: string) => join(import.meta.dirname, '../../..', path),
  });
  editor.builtin('peftWorkbench.experiments.focus', () => undefined);
  return { ...given, dir };
}

const opened = () => editor.executed.filter(({ command }) => command === 'vscode.openFolder');

it('writes the sample into the workspace, shows its recipe and its recorded run', async () => {
  const { dir, services, calls } = await made();
  editor.openFolders(dir);
  editor.answer('New Sample Project (1/2)', 'In ');
  editor.answer('New Sample Project (2/2)', MODEL);
  await editor.run(sample);
  expect(editor.messages).toEqual([]);
  const recipe = editor.documents.at(-1)!;
  expect(recipe.getText()).toContain(`model: ${MODEL}`);
  expect(recipe.uri.fsPath.startsWith(dir)).toBe(true);
  expect(services.runs.runs.map(({ status }) => status)).toEqual(['finished']);
  expect([calls, opened()]).toEqual([[], []]);
  expect(editor.contextKeys.get('peftWorkbench.sampleMade')).toBe(true);
});

it('opens a folder of its own only after the download: opening ends the window', async () => {
  let isDone = false;
  const openedBefore: boolean[] = [];
  const { dir, calls } = await made({
    isCached: false,
    download: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      openedBefore.push(opened().length > 0);
      isDone = true;
      return {};
    },
  });
  editor.answer('New Sample Project (1/2)', Uri.file(dir));
  editor.answer('New Sample Project (2/2)', 'Download');
  await editor.run(sample);
  expect(calls.map(({ args }) => args[1])).toEqual([MODEL]);
  expect([isDone, openedBefore]).toEqual([true, [false]]);
  const [{ args }] = opened();
  expect(existsSync(join((args[0] as Uri).fsPath, 'sentiment.peft.yaml'))).toBe(true);
});

it('takes a model folder, and no other', async () => {
  const { dir } = await made({ isCached: false });
  editor.openFolders(dir);
  const choose = (folder: string) => {
    editor.answer('New Sample Project (1/2)', 'In ');
    editor.answer('New Sample Project (2/2)', 'Use a model folder');
    editor.answer('Use a model folder', Uri.file(folder));
  };
  choose(dir);
  await editor.run(sample);
  expect(editor.messages[0].message).toContain('config.json');
  writeFileSync(join(dir, 'config.json'), '{}');
  choose(dir);
  await editor.run(sample);
  expect(editor.documents.at(-1)!.getText()).toContain(dir);
});

it('writes nothing and ticks nothing off where it is left', async () => {
  const { dir, services } = await made();
  editor.openFolders(dir);
  editor.answer('New Sample Project (1/2)', 'In ');
  editor.answer('New Sample Project (2/2)', undefined);
  await editor.run(sample);
  await services.runs.refresh();
  expect([services.runs.runs, editor.documents]).toEqual([[], []]);
  expect(editor.contextKeys.has('peftWorkbench.sampleMade')).toBe(false);
});
