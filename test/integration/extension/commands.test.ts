import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Range } from 'vscode';
import { commands } from '../../../src/extension/commands/registry.ts';
import { pending } from '../../../src/runs/control.ts';
import { claim, release } from '../../../src/runs/lock.ts';
import { readRun } from '../../../src/runs/runFolder.ts';
import { editor, useEditor } from '../../support/editor/editor.ts';
import { manifest } from '../../support/editor/state.ts';
import { writeRun } from '../../support/recordedRuns.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { commandServices, description, type Given } from './commandServices.ts';

useEditor();

function workspace() {
  const dir = temporaryFolder();
  editor.openFolders(dir);
  return { dir, runsDir: join(dir, 'runs') };
}

const statusOf = async (dir: string) => (await readRun(dir)).status;
const settled = () => new Promise((resolve) => setImmediate(resolve));

it('every command of the manifest is registered, by its own file', async () => {
  await commandServices(workspace());
  const declared = manifest.contributes.commands.map(({ command }) => command);
  expect([...editor.commands].sort()).toEqual(declared.sort());
  expect(commands.map(({ id }) => id)).toEqual([...new Set(editor.commands)]);
});

describe('Restricted Mode', () => {
  it.each([
    'startTuning',
    'resume',
    'exportAdapter',
    'predict',
    'doctor',
    'downloadModel',
    'setUpTensorflow',
    'setUpOnnxCuda',
  ])('%s starts nothing, and offers to leave it', async (name) => {
    const { runsDir } = workspace();
    writeRun(runsDir, 'a');
    writeRun(runsDir, 'b', { record: { status: 'stopped' } });
    editor.setTrusted(false);
    const { calls, asked } = await commandServices({ runsDir });
    editor.answer('trusted workspace', 'Manage Workspace Trust');
    await editor.run(`peftWorkbench.${name}`);
    expect(editor.executed).toEqual([{ command: 'workbench.trust.manage', args: [] }]);
    expect([calls, asked]).toEqual([[], []]);
    expect(editor.messages.map(({ severity }) => severity)).toEqual(['warning']);
  });

  it('diagnostics are copied without asking a process', async () => {
    const { runsDir } = workspace();
    editor.setTrusted(false);
    const { calls } = await commandServices({ runsDir });
    await editor.run('peftWorkbench.copyDiagnostics');
    expect(editor.clipboard).toContain('not run in Restricted Mode');
    expect(calls).toEqual([]);
  });
});

describe('stop', () => {
  it('takes waiting runs out of the queue and asks the one at work, several nodes at once', async () => {
    const { runsDir } = workspace();
    const running = writeRun(runsDir, 'running', { record: { status: 'running' } });
    const queued = writeRun(runsDir, 'queued', { record: { status: 'queued', seed: 1 } });
    const lock = await claim(running);
    await commandServices({ runsDir });
    const [a, b] = [{ keys: [running] }, { keys: [queued] }];
    await editor.run('peftWorkbench.stop', a, [a, b]);
    expect(await statusOf(queued)).toBe('stopped');
    expect(await pending(running)).toEqual(['stop']);
    await release(lock!);
  });

  it('is about the clicked node alone where that is not selected', async () => {
    const { runsDir } = workspace();
    const [one, two] = ['one', 'two'].map((id) => writeRun(runsDir, id, { record: { status: 'queued' } }));
    await commandServices({ runsDir });
    await editor.run('peftWorkbench.stop', { keys: [one] }, [{ keys: [two] }]);
    expect([await statusOf(one), await statusOf(two)]).toEqual(['stopped', 'queued']);
  });

  it('says what it looked for where no run fits, and changes nothing', async () => {
    const { runsDir } = workspace();
    const finished = writeRun(runsDir, 'a');
    await commandServices({ runsDir });
    await editor.run('peftWorkbench.stop', finished);
    expect(editor.messages).toMatchObject([
      { severity: 'error', message: 'Expected a run that trains or waits, found none.', items: ['Show Log'] },
    ]);
    expect(await pending(finished)).toEqual([]);
  });

  it('says that a run is gone', async () => {
    const { runsDir } = workspace();
    await commandServices({ runsDir });
    await editor.run('peftWorkbench.stop', '/nowhere');
    expect(editor.messages[0].message).toBe('The run is not in its folder any more.');
  });

  it('ends without a word where the pick is dismissed', async () => {
    const { runsDir } = workspace();
    const dir = writeRun(runsDir, 'a', { record: { status: 'queued' } });
    await commandServices({ runsDir });
    editor.answer('Stop which runs?', undefined);
    await editor.run('peftWorkbench.stop');
    expect(editor.messages).toEqual([]);
    expect(await statusOf(dir)).toBe('queued');
  });
});

describe('resume', () => {
  it('queues several, and shows the refusal of one', async () => {
    const { runsDir } = workspace();
    const at = (second: number) => `2026-11-24T22:15:0${second}.000Z`;
    const dirs = [1, 2].map((i) =>
      writeRun(runsDir, `r${i}`, { record: { status: 'stopped', seed: i, createdAt: at(i) } }),
    );
    editor.set('peftWorkbench.maxConcurrentRuns', 3);
    let asked = 0;
    const { calls } = await commandServices({
      runsDir,
      cli: { resume: () => (++asked === 1 ? { status: 1, stderr: 'r1 is at work.\nmore' } : {}) },
    });
    await editor.run('peftWorkbench.resume', { keys: dirs });
    expect(calls.map(({ args }) => args)).toEqual(
      dirs.map((dir) => ['resume', dir, '--detach', '--json', '--concurrency', '3']),
    );
    expect(editor.messages.map(({ message }) => message)).toEqual(['r1 is at work.']);
  });
});

describe('compareSelected and openDashboard', () => {
  const twoGroups = (runsDir: string) => [
    writeRun(runsDir, 'a0', { record: { variant: 'a', seed: 0 } }),
    writeRun(runsDir, 'a1', { record: { variant: 'a', seed: 1 } }),
    writeRun(runsDir, 'b0', { record: { variant: 'b', seed: 0 } }),
  ];

  it('opens the dashboard on the groups that were picked', async () => {
    const { runsDir } = workspace();
    const dirs = twoGroups(runsDir);
    const { shown } = await commandServices({ runsDir });
    editor.answer('Compare which groups?', ['a', 'b']);
    await editor.run('peftWorkbench.compareSelected');
    expect(shown).toEqual([dirs]);
  });

  it('says that seeds of one group are no comparison', async () => {
    const { runsDir } = workspace();
    const dirs = twoGroups(runsDir);
    const { shown } = await commandServices({ runsDir });
    await editor.run('peftWorkbench.compareSelected', { keys: dirs.slice(0, 2) });
    expect(shown).toEqual([]);
    expect(editor.messages[0].message).toContain('at least two groups to compare, found 1');
  });

  it('shows the target, the runs of the active recipe, or what the dashboard chooses', async () => {
    const { dir, runsDir } = workspace();
    const dirs = twoGroups(runsDir);
    const { shown } = await commandServices({ runsDir, language: { 'peft/describe': description } });
    await editor.run('peftWorkbench.openDashboard', { keys: [dirs[2]] });
    await editor.run('peftWorkbench.openDashboard');
    writeFileSync(join(dir, 'x.peft.yaml'), '');
    await editor.open(join(dir, 'x.peft.yaml'));
    await editor.run('peftWorkbench.openDashboard');
    expect(shown).toEqual([[dirs[2]], undefined, dirs]);
  });
});

describe('files of a run', () => {
  it('opens log and recipe; a run that waits has no log yet', async () => {
    const { runsDir } = workspace();
    const dir = writeRun(runsDir, 'a');
    await commandServices({ runsDir });
    await editor.run('peftWorkbench.showLog', dir);
    expect(editor.messages[0]).toMatchObject({ severity: 'information' });
    writeFileSync(join(dir, 'trainer.log'), 'said');
    await editor.run('peftWorkbench.showLog', dir);
    await editor.run('peftWorkbench.openRunRecipe', dir);
    expect(editor.documents.map(({ fileName }) => fileName)).toEqual([
      join(dir, 'trainer.log'),
      join(dir, 'recipe.peft.yaml'),
    ]);
  });
});

describe('what is offered in the experiments view', () => {
  const items = manifest.contributes.menus['view/item/context'];
  /** Commands of the context menu of a node with these words. */
  const offered = (words: string) =>
    items
      .filter(({ when }) => new RegExp(/viewItem =~ \/(.*)\//.exec(when)![1]).test(words))
      .map(({ command }) => command);

  it('works on a run that cannot be read', async () => {
    expect(offered('unreadable')).toEqual(['peftWorkbench.openDashboard', 'peftWorkbench.showLog']);
    const { runsDir } = workspace();
    const dir = writeRun(runsDir, 'a');
    writeFileSync(join(dir, 'run.json'), '{');
    const { shown } = await commandServices({ runsDir });
    await editor.run('peftWorkbench.openDashboard', { keys: [dir] });
    expect(shown).toEqual([[dir]]);
    await editor.run('peftWorkbench.showLog', { keys: [dir] });
    expect(editor.messages).toMatchObject([{ severity: 'information', message: 'a has no log.' }]);
    writeFileSync(join(dir, 'trainer.log'), 'said');
    await editor.run('peftWorkbench.showLog', { keys: [dir] });
    expect(editor.documents.map(({ fileName }) => fileName)).toEqual([join(dir, 'trainer.log')]);
  });

  it('is about a run for one that can be read', () => {
    expect(offered('run finished')).toContain('peftWorkbench.openRunRecipe');
    expect(offered('run finished')).toContain('peftWorkbench.showLog');
  });
});

describe('exportAdapter', () => {
  const form = (name: string) => editor.answer('Export a as', name);
  const language = {
    'peft/vocabulary': () => ({ exportForms: [{ id: 'peft', help: 'an HF PEFT adapter', namesBase: true }] }),
  };

  it('asks for the base model of a run that names a folder, and copies the snippet', async () => {
    const { dir, runsDir } = workspace();
    const run = writeRun(runsDir, 'a', { recipe: 'version: 1\nmodel: /models/mini\n' });
    const { calls } = await commandServices({
      runsDir,
      language,
      cli: { export: { stdout: 'import peft' } },
    });
    const out = join(dir, 'out');
    form('peft');
    editor.answer('Base Model', 'org/mini');
    editor.answer('New folder', { fsPath: out });
    editor.answer('Exported to', 'Copy Snippet');
    await editor.run('peftWorkbench.exportAdapter', run);
    await settled();
    expect(calls[0].args).toEqual([
      'export',
      run,
      '--format',
      'peft',
      '--out',
      out,
      '--base-model',
      'org/mini',
    ]);
    expect(editor.clipboard).toBe('import peft');
  });

  it('shows why it is refused', async () => {
    const { dir, runsDir } = workspace();
    const run = writeRun(runsDir, 'a', { recipe: 'version: 1\nmodel: org/mini\n' });
    await commandServices({ runsDir, language, cli: { export: { status: 1, stderr: 'No such form.\n' } } });
    form('peft');
    editor.answer('New folder', { fsPath: join(dir, 'out') });
    await editor.run('peftWorkbench.exportAdapter', run);
    expect(editor.messages).toMatchObject([{ severity: 'error', message: 'No such form.' }]);
  });
});

describe('machine and hub', () => {
  it('a rule of advice is turned off in the workspace, beside those that are', async () => {
    await commandServices(workspace());
    editor.set('peftWorkbench.advice', { 'few-seeds': 'warning' }, 'workspace');
    await editor.run('peftWorkbench.turnOffAdvice', 'norm-parts');
    expect(editor.setting('peftWorkbench.advice')).toEqual({ 'few-seeds': 'warning', 'norm-parts': 'off' });
  });

  it('the token goes to downloads in their environment only, and into no log', async () => {
    const { runsDir } = workspace();
    const { asked, calls } = await commandServices({
      runsDir,
      cli: {
        download: ({ onLine }: { onLine?: (line: string) => void }) => {
          onLine?.('no json');
          onLine?.('{"event":"progress","file":"model.safetensors","receivedBytes":5,"totalBytes":10}');
        },
      },
    });
    editor.answer('Hugging Face Token', 'hf_secret123');
    await editor.run('peftWorkbench.setHubToken');
    await editor.run('peftWorkbench.downloadModel', 'org/mini@v1');
    expect(calls[0].args).toEqual(['download', 'org/mini', '--revision', 'v1', '--json']);
    expect(asked).toEqual(['lookAgain']);
    expect(calls[0].options.env).toEqual({ HF_TOKEN: 'hf_secret123' });
    expect(editor.progress[0].reports).toEqual([{ message: 'model.safetensors: 50 %' }]);
    expect(editor.channels[0].lines.join()).not.toContain('hf_secret');
    editor.answer('Hugging Face Token', '');
    await editor.run('peftWorkbench.setHubToken');
    await editor.run('peftWorkbench.downloadModel', 'org/mini');
    expect(calls[1].options.env).toBeUndefined();
  });

  it('a cancelled download ends without a word', async () => {
    const { runsDir } = workspace();
    await commandServices({
      runsDir,
      cli: {
        download: ({ signal }: { signal?: AbortSignal }) => {
          editor.progress[0].cancel();
          return { status: signal?.aborted ? 130 : 0 };
        },
      },
    });
    await editor.run('peftWorkbench.downloadModel', 'org/mini');
    expect(editor.messages).toEqual([]);
  });

  it('a bug is shown and logged with its stack', async () => {
    const { runsDir } = workspace();
    await commandServices({
      runsDir,
      cli: {
        doctor: () => {
          throw new Error('boom');
        },
      },
    });
    editor.answer('boom', 'Show Log');
    await editor.run('peftWorkbench.doctor');
    await settled();
    expect(editor.channels[0]).toMatchObject({ shown: true });
    expect(editor.channels[0].lines.join('\n')).toMatch(/boom\n +at /);
  });
});

describe('showPlan', () => {
  it('shows the text in a document of its own', async () => {
    const { dir, runsDir } = workspace();
    const path = join(dir, 'x.peft.yaml');
    writeFileSync(path, '');
    await commandServices({
      runsDir,
      language: { 'peft/plan': () => ({ model: 'm', variants: [], text: 'first' }) },
    });
    await editor.open(path);
    await editor.run('peftWorkbench.showPlan');
    const plan = editor.documents.find(({ uri }) => uri.scheme === 'peft-plan');
    expect(plan?.getText()).toBe('first');
  });

  it('makes the plan again where it is opened again and the recipe is another', async () => {
    const { dir, runsDir } = workspace();
    const path = join(dir, 'x.peft.yaml');
    writeFileSync(path, '');
    let text = 'first';
    const { asked } = await commandServices({
      runsDir,
      language: { 'peft/plan': () => ({ model: 'm', variants: [], text }) },
    });
    const recipe = await editor.open(path);
    await editor.run('peftWorkbench.showPlan');
    const { uri } = editor.documents.find((one) => one.uri.scheme === 'peft-plan')!;
    editor.close(await editor.open(uri as never));
    text = 'second';
    const shown = await editor.open(uri as never);
    expect([shown.document.getText(), asked]).toEqual(['first', ['peft/plan']]);
    editor.close(shown);
    recipe.document.apply([{ range: new Range(0, 0, 0, 0), newText: '#' }]);
    expect((await editor.open(uri as never)).document.getText()).toBe('second');
    expect(asked).toEqual(['peft/plan', 'peft/plan']);
  });

  describe('without the time', () => {
    const untimed = { model: 'm', variants: [{ name: 'ln' }], text: 'a plan' } as never;
    async function planned(cli: Given['cli'] = {}, trusted = true) {
      const { dir, runsDir } = workspace();
      editor.setTrusted(trusted);
      writeFileSync(join(dir, 'x.peft.yaml'), '');
      const given = await commandServices({ runsDir, language: { 'peft/plan': untimed }, cli });
      const { document } = await editor.open(join(dir, 'x.peft.yaml'));
      await editor.run('peftWorkbench.showPlan', document.uri);
      await editor.run('peftWorkbench.showPlan', document.uri);
      await settled();
      return given;
    }

    it('has this machine measured once, and everything looked at again', async () => {
      const { calls, asked } = await planned();
      expect(calls.map(({ args }) => args)).toEqual([['measure']]);
      expect(asked).toContain('lookAgain');
    });

    it('is shown all the same where that fails', async () => {
      const { calls, asked } = await planned({ measure: { status: 1, stderr: 'no' } });
      expect(calls).toHaveLength(1);
      expect(asked).not.toContain('lookAgain');
      expect(editor.messages).toEqual([]);
      expect(editor.documents.find(({ uri }) => uri.scheme === 'peft-plan')?.getText()).toBe('a plan');
    });

    it('starts nothing in Restricted Mode', async () => {
      expect((await planned({}, false)).calls).toEqual([]);
    });
  });

  it('shows why there is none', async () => {
    const { dir, runsDir } = workspace();
    writeFileSync(join(dir, 'x.peft.yaml'), '');
    await commandServices({ runsDir, language: { 'peft/plan': { problem: 'no model' } } });
    await editor.open(join(dir, 'x.peft.yaml'));
    await editor.run('peftWorkbench.showPlan');
    expect(editor.messages[0].message).toBe('x.peft.yaml cannot be planned: no model');
  });
});
