import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRun } from '../../../src/runs/runFolder.ts';
import { runPaths } from '../../../src/runs/runPaths.ts';
import { launchTrainer } from '../../../src/trainer/launch.ts';
import { readMetrics } from '../../support/readMetrics.ts';
import { runCommand } from '../../support/runCommand.ts';
import { tinyLanguageRecipe, tinyTextsRecipe, writeTinyTexts } from '../../support/tinyTexts.ts';
import { queueTinyRun } from '../../support/tinyWorkspace.ts';

const program = pathToFileURL(join(import.meta.dirname, '../../../dist/trainer.js'));

let dir: string;
beforeAll(async () => void (dir = await mkdtemp(join(tmpdir(), 'peft-workbench-'))));
afterAll(() => rm(dir, { recursive: true, force: true }));

/** A run that is over, in a folder of its own. */
async function trained(
  name: string,
  recipe: string,
): Promise<{ readonly folder: string; readonly runDir: string }> {
  const folder = await mkdtemp(join(dir, name));
  const runDir = await queueTinyRun(await writeTinyTexts(folder, { recipe }), join(folder, 'runs'));
  const trainer = launchTrainer(join(folder, 'runs'), process.env, { program });
  await new Promise<void>((resolve) => trainer.once('exit', resolve));
  return { folder, runDir };
}

async function recordOf(runDir: string) {
  const run = await readRun(runDir);
  if ('problem' in run) throw new Error(run.problem);
  return run;
}

interface Line {
  readonly id: number;
  readonly input: string;
  readonly prediction: string;
  readonly label?: string[];
}

const linesOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

describe('texts', () => {
  let folder: string;
  let runDir: string;
  beforeAll(async () => ({ folder, runDir } = await trained('texts', tinyTextsRecipe)), 120_000);
  const command = (...args: string[]) => runCommand(args, { cwd: folder });

  it('are learnt by the training process, and measured when it ends', async () => {
    const { status, record } = await recordOf(runDir);
    expect(record.failure).toBeUndefined();
    expect([status, record.metric]).toEqual(['finished', 'validation/perplexity']);
    const entries = await readMetrics(runPaths(runDir).metrics);
    const perplexities = entries.flatMap((entry) => entry['validation/perplexity'] ?? []);
    expect(perplexities).toHaveLength(6);
    expect(Math.min(...perplexities)).toBeLessThan(1.5);
    expect(entries.filter((entry) => 'validation/bleu' in entry)).toHaveLength(1);
    expect(Object.keys(record.summary?.best ?? {})).toEqual(
      ['validation', 'test'].flatMap((split) =>
        ['loss', 'perplexity', 'bleu', 'rouge1', 'rouge2', 'rougeL'].map((metric) => `${split}/${metric}`),
      ),
    );
    expect(record.summary?.best['test/bleu']).toBeGreaterThan(0.9);
  });

  it('stand beside their prompts, once for each', async () => {
    const text = await readFile(runPaths(runDir).predictions('validation'), 'utf8');
    expect((await command('predict', runDir)).out).toBe(text);
    const lines = linesOf(text);
    expect(lines.map(({ input }) => input)).toEqual(['cat .', 'dog .', 'film .']);
    for (const { label, prediction } of lines) expect(label).toContain(prediction);
    expect(lines[2].label).toHaveLength(2);
  });

  it('are measured by evaluate as when training ended', async () => {
    const { out } = await command('evaluate', runDir, '--split', 'test', '--json');
    const best = (await recordOf(runDir)).record.summary?.best;
    const { metrics } = JSON.parse(out) as { metrics: Record<string, number> };
    expect(Object.keys(metrics)).toContain('rougeL');
    for (const [name, value] of Object.entries(metrics)) expect(value, name).toBe(best?.[`test/${name}`]);
  });

  it('are written for prompts that have none', async () => {
    await writeFile(join(folder, 'prompts.csv'), 'seen\ndog\n');
    const { out, err } = await command('predict', runDir, '--file', 'prompts.csv');
    expect(err).toBe('');
    expect(linesOf(out)).toEqual([{ id: 0, input: 'dog .', prediction: 'a dog was not good' }]);
  });

  it('are written where the reference is there but empty, and saved under the name of their file alone', async () => {
    await writeFile(join(folder, 'empty.csv'), 'seen,said\ndog,\n');
    const { out, err } = await command('predict', runDir, '--file', 'empty.csv');
    expect(err).toBe('');
    expect(linesOf(out)).toEqual([{ id: 0, input: 'dog .', prediction: 'a dog was not good' }]);
    await writeFile(join(folder, 'test'), 'seen,said\ndog,\n');
    const refused = await command('predict', runDir, '--file', 'test', '--save');
    expect(refused.err).toContain('"test" is not free for that');
  });

  it('need a method that trains something', async () => {
    await writeFile(join(folder, 'idle.peft.yaml'), tinyTextsRecipe.replace('full: {}', 'head_only: {}'));
    const { out, err } = await command('check', 'idle.peft.yaml');
    expect(out + err).toContain('nothing would be trained: text-generation has no head of its own');
  });

  it('are refused of a model that predicts none', async () => {
    const config = join(folder, 'model', 'config.json');
    const kept = await readFile(config, 'utf8');
    await writeFile(
      config,
      JSON.stringify({
        ...{
          model_type: 'bert',
          vocab_size: 50,
          hidden_size: 8,
          num_hidden_layers: 1,
          num_attention_heads: 2,
        },
        ...{ intermediate_size: 8, max_position_embeddings: 32, type_vocab_size: 2 },
      }),
    );
    const { out, err } = await command('check', 'texts.peft.yaml');
    await writeFile(config, kept);
    expect(out + err).toContain('expected a model that predicts the next token, such as GPT-2, found bert');
  });

  it.each([
    ['cat,\n', 'bad.csv:2: expected a text to be written in "said", found none'],
    [
      `cat,${'very '.repeat(30)}\n`,
      'bad.csv:2: expected a completion that leaves room for a prompt in 20 tokens, found one of 31',
    ],
  ])('are refused where a row has %j', async (row, message) => {
    await writeFile(join(folder, 'bad.csv'), `seen,said\n${row}`);
    const { err } = await command('evaluate', runDir, '--file', 'bad.csv');
    expect(err).toContain(message);
  });
});

describe('the next token of joined texts', () => {
  it('is learnt and measured; nothing is predicted of a row', async () => {
    const { folder, runDir } = await trained('language', tinyLanguageRecipe);
    const { status, record } = await recordOf(runDir);
    expect(record.failure).toBeUndefined();
    expect(status).toBe('finished');
    expect(record.summary?.best['validation/perplexity']).toBeLessThan(4);
    await expect(stat(runPaths(runDir).predictions('validation'))).rejects.toThrow('ENOENT');
    const { err } = await runCommand(['predict', runDir], { cwd: folder });
    expect(err).toContain('language-modeling predicts nothing of a row');
    const { out } = await runCommand(['evaluate', runDir, '--json'], { cwd: folder });
    const { metrics } = JSON.parse(out) as { metrics: Record<string, number> };
    expect(metrics.perplexity).toBe(record.summary?.best['validation/perplexity']);
  }, 120_000);
});
