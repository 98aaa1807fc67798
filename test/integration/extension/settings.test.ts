import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { afterEach, expect, it, vi } from 'vitest';
import { trainingWay } from '../../../src/extension/commands/concurrentRuns.ts';
import { pageHtml } from '../../../src/extension/pages/pageHtml.ts';
import { runsOfRecipe } from '../../../src/extension/runs/runsOfRecipe.ts';
import { serverEnvironment } from '../../../src/extension/serverEnvironment.ts';
import { machineSettings } from '../../../src/extension/settings.ts';
import { workspaceFiles } from '../../../src/extension/commands/workspaceFiles.ts';
import { editor, useEditor } from '../../support/editor/editor.ts';
import { manifest } from '../../support/editor/state.ts';
import { fakeServices, recordedRun } from '../../support/fakeServices.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { commandServices } from './commandServices.ts';

useEditor();
afterEach(() => vi.restoreAllMocks());

it.each(['nodePath', 'hubCache', 'tensorflowPath', 'onnxRuntimePath'])(
  '%s must be absolute: it would start at the open folder',
  (name) => {
    editor.set(`peftWorkbench.${name}`, './evil');
    expect(machineSettings).toThrow(
      `Setting peftWorkbench.${name}: expected an absolute path, found ./evil.`,
    );
    editor.set(`peftWorkbench.${name}`, '/opt/x');
    expect(JSON.stringify(machineSettings())).toContain('/opt/x');
  },
);

it('the language server gets nothing of the environment but what is listed', () => {
  vi.stubEnv('NODE_OPTIONS', '--require ./x.js');
  vi.stubEnv('HF_TOKEN', 'hf_secret');
  try {
    // The client spreads it over the environment of this process.
    const got: Record<string, string | undefined> = { ...process.env, ...serverEnvironment() };
    expect([got.NODE_OPTIONS, got.HF_TOKEN, got.PATH]).toEqual([undefined, undefined, process.env.PATH]);
  } finally {
    vi.unstubAllEnvs();
  }
});

it('pages say the language of their text, not that of the editor', () => {
  const webview = { cspSource: 'x', asWebviewUri: (uri: vscode.Uri) => uri } as never;
  vi.spyOn(vscode.env, 'language', 'get').mockReturnValue('de');
  expect(pageHtml(webview, vscode.Uri.file('/x'), { name: 'form', title: '' })).toContain('<html lang="en">');
});

it('a folder that is none of this machine takes no recipe and no process', async () => {
  const dir = temporaryFolder();
  editor.openFolders(dir);
  Object.assign(vscode.workspace.workspaceFolders![0], {
    uri: vscode.Uri.from({ scheme: 'vscode-vfs', path: '/repository' }),
  });
  const { calls } = await commandServices({ runsDir: join(dir, 'runs') });
  await editor.run('peftWorkbench.newRecipe');
  expect(editor.messages[0].message).toContain('Expected an open folder of this machine');
  await editor.run('peftWorkbench.doctor');
  expect(calls[0].options.cwd).toBe(homedir());
});

it('files are looked for outside of runs folders, which would leave no room for them', async () => {
  const dirs = [temporaryFolder(), temporaryFolder()];
  editor.openFolders(...dirs);
  const find = vi.spyOn(vscode.workspace, 'findFiles');
  const folders = [join(dirs[0], 'my [old], runs'), join(dirs[1], 'runs')];
  await workspaceFiles({ runs: { folders } as never }, '**/*.tsv');
  expect(
    find.mock.calls.map(([include, exclude]) => [
      (include as vscode.RelativePattern).baseUri.fsPath,
      exclude,
    ]),
  ).toEqual([
    [dirs[0], '{**/node_modules/**,**/.git/**,my ?old?? runs/**}'],
    [dirs[1], '{**/node_modules/**,**/.git/**,runs/**}'],
  ]);
});

it('a folder can have its own of those settings that are read for a recipe or run, and of no others', async () => {
  const properties = Object.entries(manifest.contributes.configuration.properties);
  const ofFolders = properties.filter(([, { scope }]) => ['resource', 'machine-overridable'].includes(scope));
  expect(ofFolders.map(([name]) => name.replace('peftWorkbench.', ''))).toEqual([
    'runsFolder',
    'maxConcurrentRuns',
    'shareDevice',
    'executor',
  ]);
  const recipe = vscode.Uri.file('/b/a.peft.yaml');
  vi.spyOn(vscode.workspace, 'getConfiguration').mockImplementation((_, place) => {
    const settings: Record<string, unknown> =
      place === recipe ? { maxConcurrentRuns: 3, shareDevice: true } : {};
    return { get: (name: string) => settings[name] } as never;
  });
  expect(trainingWay(recipe)).toEqual(['--detach', '--json', '--concurrency', '3', '--share-device']);
  expect(trainingWay(vscode.Uri.file('/a'))).toEqual(['--detach', '--json', '--concurrency', '1']);
});

it('runs belong to the recipe of their own folder', async () => {
  const dirs = [temporaryFolder(), temporaryFolder()];
  editor.openFolders(...dirs);
  const runs = [await recordedRun(dirs[0]), await recordedRun(dirs[1])];
  const { runs: store } = fakeServices(dirs[0]);
  await store.ready;
  const recipe = vscode.Uri.file(join(dirs[1], 'demo.peft.yaml'));
  expect(runsOfRecipe(store, 'demo', recipe).map(({ dir }) => dir)).toEqual([runs[1]]);
});
