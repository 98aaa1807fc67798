import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { editor, useEditor } from '../../support/editor/editor.ts';
import { writeRun } from '../../support/recordedRuns.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { commandServices } from './commandServices.ts';

useEditor();

const language = { 'peft/vocabulary': () => ({ dataExtensions: ['.tsv', '.jsonl'] }) };

function workspace() {
  const dir = temporaryFolder();
  editor.openFolders(dir);
  return { dir, runsDir: join(dir, 'runs') };
}

describe('predict', () => {
  it('keeps the predictions of a file in the run, and shows them', async () => {
    const { dir, runsDir } = workspace();
    const run = writeRun(runsDir, 'a');
    writeFileSync(join(dir, 'new.tsv'), 'text\n');
    const cli = { predict: { stdout: `${join(run, 'predictions', 'new.tsv.jsonl')}\n` } };
    const { calls, predictions } = await commandServices({ runsDir, language, cli });
    editor.answer('rows of which file', 'new.tsv');
    await editor.run('peftWorkbench.predict', run);
    expect(editor.messages).toEqual([]);
    expect(calls[0].args).toEqual(['predict', run, '--file', join(dir, 'new.tsv'), '--save']);
    expect(predictions).toEqual([[run, 'new.tsv']]);
  });

  it("takes the run's own validation data, and says why there are none", async () => {
    const { runsDir } = workspace();
    const run = writeRun(runsDir, 'a');
    const cli = { predict: { status: 2, stderr: 'a: expected validation data, found none\n' } };
    const { calls, predictions } = await commandServices({ runsDir, language, cli });
    editor.answer('rows of which file', 'Validation data of the run');
    await editor.run('peftWorkbench.predict', run);
    expect(calls[0].args).toEqual(['predict', run, '--save']);
    expect(editor.messages).toMatchObject([
      { severity: 'error', message: 'a: expected validation data, found none' },
    ]);
    expect(predictions).toEqual([]);
  });

  it('is for runs that have ended', async () => {
    const { runsDir } = workspace();
    const run = writeRun(runsDir, 'a', { record: { status: 'queued' } });
    const { calls } = await commandServices({ runsDir, language });
    await editor.run('peftWorkbench.predict', run);
    expect(editor.messages).toMatchObject([{ message: 'Expected a run that has ended, found none.' }]);
    expect(calls).toEqual([]);
  });
});

it('showPredictions opens the dashboard at those of one run', async () => {
  const { runsDir } = workspace();
  const [, second] = ['a', 'b'].map((id, seed) => writeRun(runsDir, id, { record: { seed } }));
  const { predictions } = await commandServices({ runsDir });
  await editor.run('peftWorkbench.showPredictions', { keys: [second] });
  editor.answer('predictions of which run', 'ln, seed 1');
  await editor.run('peftWorkbench.showPredictions');
  expect(predictions).toEqual([
    [second, undefined],
    [second, undefined],
  ]);
});
