import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ExecutorId } from '../../src/engine/executor.ts';
import { executors } from '../../src/engine/registry.ts';
import { executorsHere } from '../support/executorsHere.ts';
import { useEditors } from './support/editor.ts';
import { answer, answerSaveDialog, command, openFile, pick, pickSeveral } from './support/palette.ts';
import { inlineAction, notification, openSideBar, rows } from './support/views.ts';
import { tableTexts, webview } from './support/webviews.ts';
import { recipeName, runFolders, runMetrics, runRecord } from './support/workspace.ts';

const editors = useEditors();

/** With FULL=1: those beside the default one, which the other journeys take; `reference` is not offered. */
const others = (Object.keys(executors) as ExecutorId[]).filter(
  (id) => id !== 'onnx-cpu' && id !== 'reference',
);

/** Long enough to be stopped, short enough to be waited for; an adapter of software is slow. */
const epochs: Readonly<Partial<Record<ExecutorId, number>>> = {
  'onnx-webgpu': 30,
  'onnx-cuda': 300,
  tensorflow: 300,
};

describe.each(others)('on %s', (executor) => {
  test.runIf(process.env.FULL && executorsHere.includes(executor))(
    'a run starts, draws its curve, stops, goes on, ends and is exported',
    async () => {
      const { page, folder } = await editors.open({
        recipe: (text) =>
          text
            .replace('epochs: 3', `epochs: ${epochs[executor]}`)
            .replace('pooling: mean', 'pooling: model') + `  executor: ${executor}\n`,
      });
      await openFile(page, recipeName);
      await command(page, 'PEFT: Start Tuning');
      const dashboard = await webview(page, /dashboard/i);
      const card = dashboard
        .getByRole('article')
        .filter({ has: dashboard.getByRole('heading', { name: 'loss' }) });
      await card.waitFor({ timeout: 60_000 });
      await card.getByRole('button', { name: /Show data/ }).click();
      const drawn = () => tableTexts(card.getByRole('table')).then(({ length }) => length);
      await expect.poll(drawn).toBeGreaterThan(3);

      await openSideBar(page);
      await command(page, 'PEFT: Stop Run');
      await pickSeveral(page, 'seed 0');
      const [run, ...none] = runFolders(folder);
      expect(none).toEqual([]);
      await expect.poll(async () => (await runRecord(run)).status).toBe('stopped');
      const stoppedAt = (await runMetrics(run)).length;
      const before = await drawn();
      const stopped = rows(page, 'Experiments', /seed 0.*stopped/i);
      await stopped.waitFor();
      await inlineAction(stopped, 'Resume Run');
      await expect.poll(drawn).toBeGreaterThan(before);
      await expect.poll(async () => (await runRecord(run)).status, { timeout: 120_000 }).toBe('finished');
      const { executor: took, device } = await runRecord(run);
      expect(took).toBe(executor);
      console.log(`${executor} on ${String(device)}`);
      const steps = (await runMetrics(run)).filter((line) => 'train/loss' in line).map(({ step }) => step);
      expect(steps.length).toBeGreaterThan(stoppedAt - 2);
      expect(new Set(steps).size, 'no step is logged twice').toBe(steps.length);

      await command(page, 'PEFT: Export Adapter…');
      await pick(page, 'seed 0');
      await pick(page, 'HF PEFT');
      await answer(page, 'someone/tiny');
      const exported = join(folder, 'exported');
      await answerSaveDialog(page, exported, 'OK');
      await notification(page, `Exported to ${exported}`).waitFor();
      expect(await readdir(exported)).toEqual(expect.arrayContaining(['adapter_config.json']));
    },
  );
});
