import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planRecipe } from '../../../src/facts/planRecipe.ts';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import { readRun } from '../../../src/runs/runFolder.ts';
import { runPaths } from '../../../src/runs/runPaths.ts';
import { launchTrainer } from '../../../src/trainer/launch.ts';
import { readMetrics } from '../../support/readMetrics.ts';
import { runCommand } from '../../support/runCommand.ts';
import { tinyTagsRecipe, writeTinyTags } from '../../support/tinyTags.ts';
import { queueTinyRun } from '../../support/tinyWorkspace.ts';

const program = pathToFileURL(join(import.meta.dirname, '../../../dist/trainer.js'));

let dir: string;
let runDir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'peft-workbench-'));
  runDir = await queueTinyRun(await writeTinyTags(dir), join(dir, 'runs'));
  const trainer = launchTrainer(join(dir, 'runs'), process.env, { program });
  await new Promise<void>((resolve) => trainer.once('exit', resolve));
}, 120_000);
afterAll(() => rm(dir, { recursive: true, force: true }));

const command = (...args: string[]) => runCommand(args, { cwd: dir });

interface TagLine {
  readonly tokens: string[];
  readonly prediction: string[];
  readonly label?: string[];
  readonly scores: (number | null)[];
  readonly entities: { type: string; start: number; end: number; text: string }[];
}

const linesOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as TagLine);

describe('tags for words', () => {
  it('are learnt by the training process', async () => {
    const run = await readRun(runDir);
    if ('problem' in run) throw new Error(run.problem);
    const { status, record } = run;
    expect(record.failure).toBeUndefined();
    expect([status, record.metric]).toEqual(['finished', 'validation/f1']);
    const values = (await readMetrics(runPaths(runDir).metrics)).flatMap(
      (entry) => entry['validation/f1'] ?? [],
    );
    expect(values).toHaveLength(6);
    expect(values[0]).toBeLessThan(0.5);
    expect(record.summary?.best['validation/f1']).toBeGreaterThan(0.9);
    expect(Object.keys(record.summary?.best ?? {})).toEqual(
      ['validation', 'test'].flatMap((split) =>
        ['loss', 'f1', 'precision', 'recall', 'accuracy'].map((metric) => `${split}/${metric}`),
      ),
    );
    const ledger = JSON.parse(await readFile(runPaths(runDir).ledger, 'utf8')) as { agrees: boolean };
    expect(ledger.agrees).toBe(true);
  });

  it('are predicted for each word, with the entities', async () => {
    const text = await readFile(runPaths(runDir).predictions('test'), 'utf8');
    expect((await command('predict', runDir, '--file', 'test.jsonl')).out).toBe(text);
    const lines = linesOf(text);
    expect(lines).toHaveLength(20);
    for (const { tokens, prediction, label, scores, entities } of lines) {
      expect([prediction.length, label?.length, scores.length]).toEqual(Array(3).fill(tokens.length));
      for (const { type, start, end, text } of entities) {
        expect(prediction[start].slice(2)).toBe(type);
        expect(tokens.slice(start, end).join(' ')).toBe(text);
      }
    }
    expect(lines.some(({ entities }) => entities.some(({ text }) => text.startsWith('very ')))).toBe(true);
  });

  it('are measured by evaluate as in training, in either format', async () => {
    const { out } = await command('evaluate', runDir, '--split', 'test', '--json');
    const run = await readRun(runDir);
    const best = 'problem' in run ? {} : run.record.summary?.best;
    const { metrics } = JSON.parse(out) as { metrics: Record<string, number> };
    for (const [name, value] of Object.entries(metrics)) expect(value, name).toBe(best?.[`test/${name}`]);
    const lines = linesOf(await readFile(join(dir, 'test.jsonl'), 'utf8')) as unknown as {
      tokens: string[];
      tags: string[];
    }[];
    const conll = lines.map(({ tokens, tags }) => tokens.map((word, i) => `${word} ${tags[i]}\n`).join(''));
    // The other file's format is by its own extension only where the recipe names none.
    await writeFile(join(dir, 'same.conll'), conll.join('\n'));
    const same = await command('evaluate', runDir, '--file', 'same.conll', '--json');
    expect((JSON.parse(same.out) as { metrics: object }).metrics).toEqual(metrics);
  });

  it('are those of its adapter under a recipe that calls the columns by number', async () => {
    const numbered = tinyTagsRecipe.replace('max_length', 'token_column: 0\n  tag_column: 1\n  max_length');
    await writeFile(join(dir, 'numbered.peft.yaml'), numbered);
    const { adapter } = runPaths(runDir);
    const { out, err } = await command('evaluate', 'numbered.peft.yaml', '--adapter', adapter, '--json');
    expect(err).toBe('');
    const run = await readRun(runDir);
    const best = 'problem' in run ? {} : run.record.summary?.best;
    const { metrics } = JSON.parse(out) as { metrics: Record<string, number> };
    expect(metrics.f1).toBe(best?.['validation/f1']);
  });

  it('are predicted for words that have none', async () => {
    await writeFile(join(dir, 'words.conll'), 'the\ncat\n\nvery\ngood\n');
    const { out, err } = await command('predict', runDir, '--file', 'words.conll');
    expect(err).toBe('');
    expect(linesOf(out).map(({ tokens, label }) => [tokens, label])).toEqual([
      [['the', 'cat'], undefined],
      [['very', 'good'], undefined],
    ]);
  });

  it('have a plan, and a recipe without faults', async () => {
    expect(await command('check', 'tags.peft.yaml')).toMatchObject({ status: 0, err: '' });
    const { recipe } = parseRecipe(tinyTagsRecipe, 'tags.peft.yaml');
    const planned = await planRecipe(recipe!, { recipeDir: dir, env: {} });
    if (!('plans' in planned)) throw new Error(JSON.stringify(planned));
    const [{ parameters, typical }] = planned.plans;
    // B-animal, B-view, I-view, O.
    expect(parameters.head).toBe(4 * 16 + 4);
    expect(typical?.length).toBeGreaterThan(6);
  });
});

describe('bad input has one message with its place', () => {
  const recipeWith = async (train: string, content: string, change = (text: string) => text) => {
    await writeFile(join(dir, train), content);
    await writeFile(join(dir, 'bad.peft.yaml'), change(tinyTagsRecipe.replace('train.conll', train)));
  };

  it.each([
    [
      'a word without a tag',
      'cat\tB-x\ndog\n',
      /short\.conll:2: expected 2 fields for a word, as on line 1, found 1/,
    ],
    [
      'a tag that is none',
      'cat\tB-x\ndog\tNN\n',
      /:5:\d+: error unknown-label short\.conll has "NN"; expected `O`, or/,
    ],
    ['one tag', 'cat\tO\ndog\tO\n', /error one-label short\.conll has only the label "O"/],
    ['no sentence', '\t\n\n', /short\.conll: expected rows of data, found an empty file/],
  ])('%s', async (_, content, message) => {
    await recipeWith('short.conll', content);
    const { status, out } = await command('check', 'bad.peft.yaml');
    expect(status).toBe(1);
    expect(out).toMatch(message);
  });

  it('a column that is not there', async () => {
    await recipeWith('wide.conll', 'cat x B-x\ndog y O\n', (text) =>
      text.replace('max_length: 16', 'tag_column: 3'),
    );
    expect((await command('check', 'bad.peft.yaml')).out).toMatch(
      /unknown-column wide\.conll has no column "3"/,
    );
  });
});
