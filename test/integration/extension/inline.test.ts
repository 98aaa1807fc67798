import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as vscode from 'vscode';
import { Range } from 'vscode';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { PlanResult } from '../../../src/protocol/language.ts';
import { inline } from '../../../src/extension/editor/inline.ts';
import { claim } from '../../../src/runs/lock.ts';
import { openMetricsLog } from '../../../src/runs/metricsLog.ts';
import { readRunRecord, writeRunRecord } from '../../../src/runs/runRecord.ts';
import { runPaths } from '../../../src/runs/runPaths.ts';
import type { FakeTextEditor } from '../../support/editor/documents.ts';
import { editor, useEditor } from '../../support/editor/editor.ts';
import { fakeServices, finishedWith, recordedRun, type Answers } from '../../support/fakeServices.ts';
import { suiteFolder, temporaryFolder } from '../../support/temporaryFolder.ts';
import { trainedRun } from '../../support/trainedRun.ts';

useEditor();

/** Redrawing has a limited rate, and the machine may be busy. */
const waitFor = <T>(check: () => T) => vi.waitFor(check, { timeout: 10_000 });

const recipeText = 'version: 1\nname: demo\ntraining:\n  seed: 1\n';

const answers: Answers = {
  'peft/describe': () => ({
    name: 'demo',
    variants: ['main'],
    seeds: [1],
    errors: 0,
    warnings: 0,
    places: { training: 2 },
  }),
  'peft/parameters': () => ({
    variants: [
      {
        variant: 'main',
        tensors: [
          { tensor: 'a', shape: [1200], count: 1200, module: 'ffn', layer: 3, method: 'ln_tuning' },
          { tensor: 'b', shape: [5], count: 5, module: 'head', method: 'x|<b>' },
          { tensor: 'c', shape: [7], count: 7, module: 'embeddings' },
        ],
      },
    ],
  }),
};

let dir: string;
let shown: FakeTextEditor;

/** A recipe on screen with everything inline in it. */
async function openRecipe(given: Answers = answers): Promise<void> {
  const path = join(dir, 'demo.peft.yaml');
  writeFileSync(path, recipeText);
  const services = fakeServices(dir, given);
  inline(services);
  await services.runs.ready;
  shown = await editor.open(path);
}

const lensTitles = async () => (await editor.codeLenses(shown.document)).map(({ command }) => command!.title);
const sparklines = () =>
  editor.decorations(shown).map(({ range, options }) => ({
    line: range.start.line,
    ...(options.renderOptions!.after as vscode.ThemableDecorationAttachmentRenderOptions),
  }));

function log(run: string, losses: readonly number[], firstStep = 1): void {
  const metrics = openMetricsLog(runPaths(run).metrics);
  losses.forEach((loss, i) => metrics.append({ step: firstStep + i, 'train/loss': loss }));
  metrics.close();
}

beforeEach(() => {
  dir = temporaryFolder();
  editor.openFolders(dir);
});

describe('the lenses of a recipe', () => {
  it('know a recipe again that was closed before it was described', async () => {
    const answer: { give?: () => void } = {};
    const path = join(dir, 'demo.peft.yaml');
    writeFileSync(path, recipeText);
    let asked = 0;
    const services = fakeServices(dir, answers);
    const ask = services.language.ask.bind(services.language);
    const waiting = new Promise<void>((resolve) => (answer.give = resolve));
    Object.assign(services.language, {
      ask: async (...args: Parameters<typeof ask>) => {
        if (asked++ === 0) await waiting;
        return ask(...args);
      },
    });
    inline(services);
    const first = await editor.open(path);
    editor.close(first);
    await editor.codeLenses(first.document);
    answer.give?.();
    await new Promise((resolve) => setImmediate(resolve));
    const before = asked;
    const again = await editor.open(path);
    await editor.codeLenses(again.document);
    await waitFor(() => expect(asked).toBeGreaterThan(before));
  });

  it('are there before the recipe is described, and then name its runs', async () => {
    const runs = [
      await recordedRun(dir, finishedWith(0.8)),
      await recordedRun(dir, { minute: 1, seed: 1, ...finishedWith(0.91) }),
    ];
    await recordedRun(dir, { recipe: 'other' });
    await openRecipe();
    expect(await lensTitles()).toEqual(['$(play) Start tuning', 'Plan', 'Configure']);
    await waitFor(async () => expect((await lensTitles()).at(-1)).toBe('2 runs, best 0.910'));
    const lenses = await editor.codeLenses(shown.document);
    expect(lenses.map(({ range }) => range.start.line)).toEqual([0, 0, 0, 0]);
    expect(lenses[3].command).toMatchObject({
      command: 'peftWorkbench.openDashboard',
      arguments: [{ keys: runs }],
    });
    expect(lenses[0].command!.arguments![0].toString()).toBe(shown.document.uri.toString());
  });

  it('are not on the copy in a run folder, and can be switched off', async () => {
    const run = await recordedRun(dir);
    await openRecipe();
    const copy = await editor.open(runPaths(run).recipe);
    expect(await editor.codeLenses(copy.document)).toEqual([]);
    editor.set('peftWorkbench.codeLens.enabled', false);
    expect(await lensTitles()).toEqual([]);
  });
});

describe('the lens above the methods', () => {
  const recipe = 'version: 1\n# what is tried\nvariants:\n  a: {}\n';
  const variant = (trained: number, total: number, secondsPerRun?: number) => ({
    parameters: { trained },
    memoryBytes: { total },
    ...(secondsPerRun && { time: { secondsPerStep: 1, stepsPerRun: 1, secondsPerRun } }),
  });
  type Planned = Extract<PlanResult, { readonly variants: unknown }>;

  async function opened(plan: () => PlanResult | Promise<PlanResult>, text = recipe) {
    const path = join(dir, 'demo.peft.yaml');
    writeFileSync(path, text);
    const services = fakeServices(dir, { ...answers, 'peft/plan': plan as () => PlanResult });
    inline(services);
    shown = await editor.open(path);
    return services;
  }
  const lenses = async () => (await editor.codeLenses(shown.document)).slice(3);
  const titles = async () => (await lenses()).map(({ command }) => command!.title);
  const planOf = (...variants: object[]) => ({ model: 'm', text: '', variants }) as unknown as Planned;

  it('is there at once, and then tells what the variants train and cost', async () => {
    await opened(() => planOf(variant(0, 3e8), variant(9984, 6.4e8, 95)));
    const [before] = await lenses();
    expect([before.range.start.line, before.command!.title]).toEqual([2, 'Planning…']);
    await waitFor(async () =>
      expect(await titles()).toEqual(['0 … 9,984 trained · 300.0 MB … 640.0 MB · about 95 s a run']),
    );
    expect(await lenses()).toMatchObject([
      { range: { start: { line: 2 } }, command: { command: 'peftWorkbench.showPlan' } },
    ]);
  });

  it('says once what all variants share, and no time that is not known', async () => {
    await opened(() => planOf(variant(5, 3e8), variant(5, 3e8)));
    await titles();
    await waitFor(async () => expect(await titles()).toEqual(['5 trained · 300.0 MB']));
  });

  it('says why there is no plan', async () => {
    await opened(() => ({ problem: 'no model' }));
    await titles();
    await waitFor(async () =>
      expect((await lenses())[0].command).toMatchObject({ title: 'No plan', tooltip: 'no model' }),
    );
  });

  it('plans a text once, and another text or other facts anew', async () => {
    let asked = 0;
    const services = await opened(() => planOf(variant(++asked, 3e8)));
    await titles();
    await waitFor(async () => expect(await titles()).toEqual(['1 trained · 300.0 MB']));
    shown.document.apply([{ range: new Range(0, 0, 0, 0), newText: '# a\n' }]);
    expect(await titles()).toEqual(['Planning…']);
    await waitFor(async () => expect(await titles()).toEqual(['2 trained · 300.0 MB']));
    await services.language.lookAgain();
    await waitFor(async () => expect(await titles()).toEqual(['3 trained · 300.0 MB']));
    await titles();
    expect(asked).toBe(3);
  });

  it('ends the planning of a text that has changed', async () => {
    const tokens: vscode.CancellationToken[] = [];
    const services = await opened(() => planOf(variant(1, 3e8)));
    const ask = services.language.ask.bind(services.language);
    Object.assign(services.language, {
      ask: (...args: Parameters<typeof ask>) => {
        if (args[0] !== 'peft/plan') return ask(...args);
        tokens.push(args[2]!);
        return new Promise(() => undefined);
      },
    });
    await titles();
    await waitFor(() => expect(tokens).toHaveLength(1));
    shown.document.apply([{ range: new Range(0, 0, 0, 0), newText: '# a\n' }]);
    expect(tokens[0].isCancellationRequested).toBe(true);
  });

  it('is not where a recipe has neither', async () => {
    await opened(() => planOf(variant(1, 1)), 'version: 1\n');
    expect(await titles()).toEqual([]);
  });
});

describe('what is drawn of runs', () => {
  it('asks for lenses again when a run starts, not when it goes on', async () => {
    const run = await recordedRun(dir, { status: 'running', progress: { step: 1, totalSteps: 9 } });
    await claim(run);
    const services = fakeServices(dir, answers);
    inline(services);
    await services.runs.ready;
    const changed = vi.fn();
    const [{ provider }] = editor.providers.filter(({ kind }) => kind === 'codeLens');
    (provider as vscode.CodeLensProvider).onDidChangeCodeLenses!(changed);
    const read = await readRunRecord(run);
    if ('problem' in read) throw new Error(read.problem);
    await writeRunRecord(run, { ...read.record, progress: { step: 2, totalSteps: 9 } });
    await services.runs.refresh();
    expect(changed).not.toHaveBeenCalled();
    await recordedRun(dir, { minute: 1 });
    await services.runs.refresh();
    expect(changed).toHaveBeenCalledOnce();
  });
});

describe('the sparkline', () => {
  it('stands at the end of the training line, and grows with the run', async () => {
    const startedAt = new Date().toISOString();
    const run = await recordedRun(dir, { status: 'running', startedAt, metric: 'validation/accuracy' });
    await claim(run);
    log(run, [2, 1]);
    await openRecipe();
    await waitFor(() =>
      expect(sparklines()).toMatchObject([
        { line: 2, contentText: '█▁ loss 1.00', color: { id: 'charts.blue' } },
      ]),
    );
    log(run, [0], 3);
    await waitFor(() => expect(sparklines()[0].contentText).toBe('█▅▁ loss 0.00'));
  });

  it('goes when it is switched off', async () => {
    const run = await recordedRun(dir, finishedWith(0.8));
    log(run, [2, 1]);
    await openRecipe();
    await waitFor(() => expect(sparklines()).toMatchObject([{ color: { id: 'descriptionForeground' } }]));
    editor.set('peftWorkbench.sparkline.enabled', false);
    await waitFor(() => expect(sparklines()).toEqual([]));
  });
});

describe('the hover on the training line', () => {
  const trained = suiteFolder();

  it('draws what a real run measured, and says what each part trains', async () => {
    await trainedRun(trained);
    dir = trained;
    editor.openFolders(dir);
    await openRecipe({
      ...answers,
      'peft/describe': () => ({ ...describe('tiny'), places: { training: 2 } }),
    });
    let hovers: vscode.Hover[] = [];
    await waitFor(async () => {
      hovers = await editor.hover(shown.document, 2);
      expect(hovers).toHaveLength(1);
    });
    const [picture, table] = hovers[0].contents as vscode.MarkdownString[];
    const [, image] = /\(data:image\/svg\+xml;base64,([^)]*)\)/.exec(picture.value)!;
    const svg = Buffer.from(image, 'base64').toString();
    expect(svg).toContain('train/loss');
    expect(svg).toContain('validation/accuracy');
    expect(table.value).toContain('1,200');
    expect(table.value).not.toContain('<b>');
    const rows = table.value.trim().split('\n');
    expect(rows).toHaveLength(4);
    expect(rows.map((row) => row.match(/(?<!\\)\|/g)!.length)).toEqual([4, 4, 4, 4]);
    expect(await editor.hover(shown.document, 1)).toEqual([]);
  });

  const describe = (name: string) => ({ name, variants: [], seeds: [], errors: 0, warnings: 0 });
});
