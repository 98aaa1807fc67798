import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planRecipe } from '../../../src/facts/planRecipe.ts';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import { readRun } from '../../../src/runs/runFolder.ts';
import { runPaths } from '../../../src/runs/runPaths.ts';
import { trainRun } from '../../../src/trainer/trainRun.ts';
import { launchTrainer } from '../../../src/trainer/launch.ts';
import { readMetrics } from '../../support/readMetrics.ts';
import { runCommand } from '../../support/runCommand.ts';
import {
  flat,
  nested,
  tinyAnswersRecipe,
  tinyParagraphs,
  writeTinyAnswers,
} from '../../support/tinyAnswers.ts';
import { queueTinyRun } from '../../support/tinyWorkspace.ts';

const program = pathToFileURL(join(import.meta.dirname, '../../../dist/trainer.js'));

let dir: string;
let runDir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'peft-workbench-'));
  runDir = await queueTinyRun(await writeTinyAnswers(dir), join(dir, 'runs'));
  const trainer = launchTrainer(join(dir, 'runs'), process.env, { program });
  await new Promise<void>((resolve) => trainer.once('exit', resolve));
}, 120_000);
afterAll(() => rm(dir, { recursive: true, force: true }));

const command = (...args: string[]) => runCommand(args, { cwd: dir });

interface AnswerLine {
  readonly id: number;
  readonly question_id: string;
  readonly context: string;
  readonly prediction: string;
  readonly start: number;
  readonly end: number;
  readonly label?: string[];
  readonly scores: readonly { readonly text: string; readonly probability: number }[];
}

const linesOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as AnswerLine);

const bestOf = async (runFolder: string) => {
  const run = await readRun(runFolder);
  if ('problem' in run) throw new Error(run.problem);
  return run;
};

describe('answers in texts', () => {
  it('are learnt by the training process, from windows', async () => {
    const { status, record } = await bestOf(runDir);
    expect(record.failure).toBeUndefined();
    expect([status, record.metric]).toEqual(['finished', 'validation/f1']);
    const metrics = await readMetrics(runPaths(runDir).metrics);
    const losses = metrics.flatMap((entry) => entry['train/loss'] ?? []);
    expect(losses.at(-1)).toBeLessThan(0.7 * losses[0]);
    // A step takes four windows; there are more of them than of questions.
    expect(record.progress?.totalSteps).toBeGreaterThan(8 * (80 / 4));
    expect(record.summary?.best['validation/f1']).toBeGreaterThan(0.9);
    expect(Object.keys(record.summary?.best ?? {})).toEqual(
      ['validation', 'test'].flatMap((split) =>
        ['loss', 'f1', 'exact_match'].map((metric) => `${split}/${metric}`),
      ),
    );
    const ledger = JSON.parse(await readFile(runPaths(runDir).ledger, 'utf8')) as { agrees: boolean };
    expect(ledger.agrees).toBe(true);
  });

  it('are predicted once for each question, at their place', async () => {
    const text = await readFile(runPaths(runDir).predictions('test'), 'utf8');
    expect((await command('predict', runDir, '--file', 'test.jsonl')).out).toBe(text);
    const lines = linesOf(text);
    expect(lines.map(({ question_id }) => question_id)).toEqual(
      Array.from({ length: 20 }, (_, i) => `test-${i}`),
    );
    for (const { context, prediction, start, end, label, scores } of lines) {
      expect(Array.from(context).slice(start, end).join('')).toBe(prediction);
      expect(label).toHaveLength(1);
      expect(scores[0].text).toBe(prediction);
      expect(scores[0].probability).toBeGreaterThan(0);
    }
    expect(lines.some(({ context, start }) => [...context].slice(0, start).includes('\u{1F600}'))).toBe(true);
  });

  it('are measured by evaluate as in training, in either format, and of the adapter', async () => {
    const best = (await bestOf(runDir)).record.summary?.best;
    const measured = async (...args: string[]) => {
      const { out, err } = await command('evaluate', ...args, '--json');
      expect(err).toBe('');
      return JSON.parse(out) as { examples: number; metrics: Record<string, number> };
    };
    const { examples, metrics } = await measured(runDir, '--split', 'test');
    expect(examples).toBe(20);
    for (const [name, value] of Object.entries(metrics)) expect(value, name).toBe(best?.[`test/${name}`]);
    await writeFile(join(dir, 'same.json'), nested(tinyParagraphs('test', 20)));
    expect((await measured(runDir, '--file', 'same.json')).metrics).toEqual(metrics);
    const ofAdapter = await measured('answers.peft.yaml', '--adapter', runPaths(runDir).adapter);
    expect(ofAdapter.metrics.f1).toBe(best?.['validation/f1']);
  });

  it('are predicted for questions that have none', async () => {
    const lines = flat(tinyParagraphs('dev', 3))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    const without = [{ answers: undefined }, { answers: null }, { answers: { text: [], answer_start: [] } }];
    await writeFile(
      join(dir, 'open.jsonl'),
      lines.map((line, i) => `${JSON.stringify({ ...line, ...without[i] })}\n`).join(''),
    );
    const { out, err } = await command('predict', runDir, '--file', 'open.jsonl');
    expect(err).toBe('');
    expect(linesOf(out).map(({ id, label }) => [id, label])).toEqual([0, 1, 2].map((id) => [id, undefined]));
  });

  it('have a plan that counts windows, and a recipe without faults', async () => {
    expect(await command('check', 'answers.peft.yaml')).toMatchObject({ status: 0, err: '' });
    const { recipe } = parseRecipe(tinyAnswersRecipe, 'answers.peft.yaml');
    const planned = await planRecipe(recipe!, { recipeDir: dir, env: {} });
    if (!('plans' in planned)) throw new Error(JSON.stringify(planned));
    const [{ parameters, typical, notes }] = planned.plans;
    expect(parameters.head).toBe(2 * 16 + 2);
    expect(typical?.length).toBeGreaterThan(15);
    expect(notes).toEqual([]);
  });

  it('are learnt by a resumed run as by one without a break', async () => {
    const recipe = tinyAnswersRecipe.replace('num_train_epochs: 8', 'max_steps: 12');
    const outcomes: string[] = [];
    for (const stops of [false, true]) {
      const folder = await mkdtemp(join(dir, 'resumed-'));
      const path = await writeTinyAnswers(folder, { recipe, rows: 20 });
      const run = await queueTinyRun(path, join(folder, 'runs'));
      let asked = 0;
      if (stops) await trainRun(run, { stop: () => ++asked > 5, checkpoint: () => false }, {});
      await trainRun(run, { stop: () => false, checkpoint: () => false }, {});
      expect((await bestOf(run)).status).toBe('finished');
      outcomes.push(await readFile(runPaths(run).predictions('test'), 'utf8'));
    }
    expect(outcomes[1]).toBe(outcomes[0]);
  });
});

describe('bad input has one message with its place', () => {
  const [first, second] = tinyParagraphs('train', 2);
  const withAnswers = (answers: unknown) =>
    nested([first, { ...second, qas: [{ ...second.qas[0], answers: answers as never }] }]);

  it.each([
    [
      'an answer that stands elsewhere',
      withAnswers([{ text: 'very cat', answer_start: 0 }]),
      /:5:\d+: error unusable-data .*bad\.json: data\[0\]\.paragraphs\[1\]\.qas\[0\] \("train-1"\): expected the answer "very cat" at character 0/,
    ],
    [
      'a question without an answer',
      withAnswers([]),
      /qas\[0\] \("train-1"\): expected at least one answer in/,
    ],
    [
      'a question without answers',
      withAnswers(undefined),
      /qas\[0\]: expected a value for "answers", found none/,
    ],
    ['another format', '{"text": "a"}\n', /bad\.json: expected data to be a list as in SQuAD, found nothing/],
  ])('%s', async (_, content, message) => {
    await writeFile(join(dir, 'bad.json'), content);
    await writeFile(join(dir, 'bad.peft.yaml'), tinyAnswersRecipe.replace('train.json', 'bad.json'));
    const checked = await command('check', 'bad.peft.yaml');
    expect(checked.status).toBe(1);
    expect(checked.out).toMatch(message);
    const trained = await command('train', 'bad.peft.yaml');
    expect(trained.status).toBe(2);
    expect(trained.err + trained.out).toContain('bad.json');
  });

  it('windows that would not get on', async () => {
    const recipe = tinyAnswersRecipe.replace('doc_stride: 6', 'doc_stride: 21');
    await writeFile(join(dir, 'bad.peft.yaml'), recipe);
    const { status, out } = await command('check', 'bad.peft.yaml');
    expect(status).toBe(1);
    expect(out).toMatch(
      /:9:\d+: error beyond-model windows of 24 tokens, the longest input, can have at most 19/,
    );
  });
});
