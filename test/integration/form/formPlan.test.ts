import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type * as vscode from 'vscode';
import { planLens } from '../../../src/extension/editor/planLens.ts';
import { speedFile, thisMachine } from '../../../src/facts/machineSpeed.ts';
import { planRecipe } from '../../../src/facts/planRecipe.ts';
import type { ToForm } from '../../../src/protocol/form.ts';
import type { PlanResult } from '../../../src/protocol/language.ts';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import { planOf, timeText, whyNoTime } from '../../../webview/form/planTexts.ts';
import type { FakePanel } from '../../support/editor/panels.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyRecipe, writeTinyWorkspace } from '../../support/tinyWorkspace.ts';
import { lastState, nextState, openForm, type, useForm } from './formHost.ts';

const host = useForm();

describe('plan', () => {
  /** Planning waits until nobody types, and the machine may be busy. */
  const soon = <T>(check: () => T) => vi.waitFor(check, { timeout: 30_000 });
  const planned = (memory: number, secondsPerRun?: number) =>
    ({
      ...{ model: 'tiny', text: '' },
      variants: [
        {
          name: 'default',
          parameters: { trained: 5 },
          memoryBytes: { total: memory },
          ...(secondsPerRun && { time: { secondsPerStep: 1, secondsPerRun } }),
        },
      ],
    }) as unknown as PlanResult;
  const told = (panel: FakePanel) => (panel.posted as ToForm[]).filter((message) => message.type === 'plan');

  it('is told as soon as it is known, of the version that it is of, and at once where the text is the same', async () => {
    host.answerPlan = () => planned(3e8, 95);
    const { panel, document } = await openForm(host.file);
    expect(told(panel)).toEqual([]);
    await soon(() => expect(told(panel)).toHaveLength(1));
    const figures = [{ variant: 'default', memoryBytes: 3e8, isMeasured: true, secondsPerRun: 95 }];
    expect(told(panel)).toEqual([{ type: 'plan', version: 1, figures }]);
    panel.setVisible(false);
    panel.setVisible(true);
    await nextState(panel);
    expect(told(panel)).toHaveLength(2);
    expect(document.version).toBe(1);
    expect(host.asked.filter((name) => name === 'peft/plan')).toHaveLength(1);
  });

  it('is one for the form and the line in the text', async () => {
    host.answerPlan = () => planned(3e8);
    const { panel, document } = await openForm(host.file);
    const title = () => planLens(document as never, host.plans)[0].command?.title;
    expect(title()).toBe('Planning…');
    await soon(() => expect(told(panel)).toHaveLength(1));
    expect(title()).toContain('300.0 MB');
    expect(host.asked.filter((name) => name === 'peft/plan')).toHaveLength(1);
  });

  it('of a text that changes is cancelled, and never told after a newer one, however late it comes', async () => {
    const given: { text: string; token: vscode.CancellationToken; give: (plan: PlanResult) => void }[] = [];
    host.answerPlan = (text, token) => new Promise((give) => given.push({ text, token, give }));
    const { panel, document } = await openForm(host.file);
    await soon(() => expect(given).toHaveLength(1));
    expect(given[0].token.isCancellationRequested).toBe(false);
    type(document, /num_train_epochs: 3/, 'num_train_epochs: 4');
    expect(given[0].token.isCancellationRequested).toBe(true);
    await soon(() => expect(given).toHaveLength(2));
    expect(given.map(({ text }) => /epochs: (\d)/.exec(text)![1])).toEqual(['3', '4']);
    given[1].give(planned(2e8));
    await soon(() => expect(told(panel)).toHaveLength(1));
    given[0].give(planned(1e8));
    const next = nextState(panel);
    host.factsChanged.fire();
    await next;
    await soon(() => expect(given).toHaveLength(3));
    given[2].give(planned(3e8));
    await soon(() => expect(told(panel)).toHaveLength(2));
    const memory = told(panel).map(({ version, figures }) => [version, figures[0].memoryBytes]);
    expect(memory).toEqual([
      [2, 2e8],
      [2, 3e8],
    ]);
  });

  it('of an older text is not told where it comes before the newer one', async () => {
    const given: ((plan: PlanResult) => void)[] = [];
    host.answerPlan = () => new Promise((give) => given.push(give));
    const { panel, document } = await openForm(host.file);
    await soon(() => expect(given).toHaveLength(1));
    type(document, /num_train_epochs: 3/, 'num_train_epochs: 4');
    given[0](planned(1e8));
    await soon(() => expect(given).toHaveLength(2));
    expect(told(panel)).toEqual([]);
    given[1](planned(2e8));
    await soon(() => expect(told(panel)).toMatchObject([{ version: 2, figures: [{ memoryBytes: 2e8 }] }]));
  });

  it('is asked for once nobody types any more, and not while the text has errors', async () => {
    host.answerPlan = () => planned(3e8);
    const { panel, document } = await openForm(host.file);
    for (const digit of ['4', '5', '6']) {
      const next = nextState(panel);
      type(document, /num_train_epochs: \d/, `num_train_epochs: ${digit}`);
      await next;
    }
    expect(host.asked).not.toContain('peft/plan');
    await soon(() => expect(told(panel)).toMatchObject([{ version: 4 }]));
    host.errors = 1;
    const next = nextState(panel);
    type(document, /tiny/, 'other');
    await next;
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(host.asked.filter((name) => name === 'peft/plan')).toHaveLength(1);
  });

  it('says why there is none', async () => {
    const { panel } = await openForm(host.file);
    await soon(() => expect(told(panel)).toHaveLength(1));
    expect(told(panel)).toEqual([
      { type: 'plan', version: 1, figures: [], problem: 'not planned in this test' },
    ]);
  });

  it.each([
    ['a machine that was measured', true],
    ['one that was not', false],
  ])(
    'of a real recipe has a time on %s; the form says what to do about it otherwise',
    async (_, isMeasured) => {
      const folder = temporaryFolder();
      const file = await writeTinyWorkspace(folder);
      const env = { XDG_CACHE_HOME: join(folder, 'cache') };
      if (isMeasured) {
        mkdirSync(dirname(speedFile(env)), { recursive: true });
        // Each operation of a step's graph takes a second: a run takes hours.
        const work = { products: 1e-9, pointwise: 1e-9, written: 1e-9, nodes: 1 };
        const speed = { ...thisMachine('onnx-cpu', env), steps: [{ name: 'a', seconds: 1, work }] };
        writeFileSync(speedFile(env), JSON.stringify(speed));
      }
      host.answerPlan = async (text) => {
        const { recipe } = parseRecipe(text, file);
        const result = await planRecipe(recipe!, { recipeDir: folder, env });
        if ('errors' in result) throw new Error(result.errors[0].message);
        return { model: recipe!.configurations[0].model, variants: result.plans, text: '' };
      };
      const { panel } = await openForm(file);
      await soon(() => expect(told(panel)).toHaveLength(1));
      const [plan] = told(panel);
      expect(readFileSync(file, 'utf8')).toBe(tinyRecipe);
      const view = { state: lastState(panel), plan } as unknown as Parameters<typeof planOf>[0];
      const shown = planOf(view, 'tiny');
      if (isMeasured) {
        expect(timeText(shown)).toMatch(/^\d+(\.\d)? (min|h)$/);
        expect(whyNoTime(view, shown)).toBeUndefined();
      } else {
        expect(timeText(shown)).toBe('–');
        expect(whyNoTime(view, shown)).toContain('“Show plan” has it measured');
      }
    },
  );
});
