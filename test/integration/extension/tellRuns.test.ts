import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { tellRuns } from '../../../src/extension/runs/tellRuns.ts';
import { editor, useEditor } from '../../support/editor/editor.ts';
import { fakeServices, finishedWith, recordedRun } from '../../support/fakeServices.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

useEditor();

it('tells the language server of runs once for each that has finished, not for what happens in between', async () => {
  const dir = temporaryFolder();
  mkdirSync(join(dir, 'runs'));
  editor.openFolders(dir);
  const services = fakeServices(dir);
  const told: (readonly string[])[] = [];
  const language = {
    ...services.language,
    dispose: () => undefined,
    tellRuns: async (folders: readonly string[]) => void told.push(folders),
  };
  await services.runs.ready;
  const feature = tellRuns({ ...services, language });
  onTestFinished(() => feature.dispose());
  await expect.poll(() => told).toEqual([[join(dir, 'runs')]]);
  await recordedRun(dir, { status: 'queued' });
  await services.runs.refresh();
  expect(told).toHaveLength(1);
  await recordedRun(dir, finishedWith(0.5));
  await services.runs.refresh();
  expect(told).toHaveLength(2);
});
