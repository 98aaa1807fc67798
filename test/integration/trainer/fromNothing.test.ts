import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readAdapter } from '../../../src/checkpoints/adapterFolder.ts';
import { openModelFolder } from '../../../src/checkpoints/modelFolder.ts';
import { openRandomModel } from '../../../src/checkpoints/randomModel.ts';
import { listRuns } from '../../../src/runs/runFolder.ts';
import { readRunRecord } from '../../../src/runs/runRecord.ts';
import { runPaths } from '../../../src/runs/runPaths.ts';
import { trainRun } from '../../../src/trainer/trainRun.ts';
import { BYTE_LEVEL_VOCABULARY_SIZE, byteLevelTokenizer } from '../../support/byteLevelTokenizer.ts';
import { readMetrics } from '../../support/readMetrics.ts';
import { runCommand } from '../../support/runCommand.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { queueTinyRun } from '../../support/tinyWorkspace.ts';

const RECIPE = `version: 1
config: ./tiny
weights: random
task: { type: language-modeling, train: train.txt, validation: dev.txt, max_length: 16 }
methods: { full: { learning_rate: 5.0e-3 } }
training: { num_train_epochs: 4, per_device_train_batch_size: 4, eval_strategy: epoch }
seeds: [3]
`;

const CONFIG = {
  model_type: 'gpt2',
  vocab_size: BYTE_LEVEL_VOCABULARY_SIZE,
  n_embd: 16,
  n_layer: 2,
  n_head: 2,
  n_positions: 32,
  bos_token_id: 2,
  eos_token_id: 2,
};

/** A GPT-2 without weights, with texts and a recipe; returns the recipe's path. */
async function writeWorkspace(dir: string): Promise<string> {
  await mkdir(join(dir, 'tiny'));
  await writeFile(join(dir, 'tiny', 'config.json'), JSON.stringify(CONFIG));
  await writeFile(join(dir, 'tiny', 'tokenizer.json'), JSON.stringify(byteLevelTokenizer()));
  await writeFile(join(dir, 'tiny', 'tokenizer_config.json'), JSON.stringify({ pad_token: '<pad>' }));
  const texts = (count: number) =>
    Array.from({ length: count }, (_, i) => `The ${i % 2 ? 'cat' : 'dog'} sat on the mat.\n`).join('');
  await writeFile(join(dir, 'train.txt'), texts(60));
  await writeFile(join(dir, 'dev.txt'), texts(8));
  const recipe = join(dir, 'tiny.peft.yaml');
  await writeFile(recipe, RECIPE);
  return recipe;
}

async function trainUntil(runDir: string, look: number): Promise<string> {
  let looks = 0;
  await trainRun(runDir, { stop: () => (looks += 1) >= look, checkpoint: () => false }, {});
  const read = await readRunRecord(runDir);
  return 'problem' in read ? read.problem : `${read.record.status} ${read.record.failure ?? ''}`.trim();
}

const adapterOf = (runDir: string) => readAdapter(runPaths(runDir).adapter);

it('trains a GPT-2 from nothing, resumes it to the bit, evaluates and exports it', async () => {
  const dir = temporaryFolder();
  const recipe = await writeWorkspace(dir);
  const run = (...args: string[]) => runCommand(args, { cwd: dir });
  expect(await run('check', recipe)).toMatchObject({ status: 0, err: '' });

  const runDir = await queueTinyRun(recipe, join(dir, 'runs'));
  expect(await trainUntil(runDir, Infinity)).toBe('finished');
  const { base, tensors } = await adapterOf(runDir);
  expect(base).toMatchObject({ model: join(dir, 'tiny'), weights: 'random', seed: 3 });
  const values = (await readMetrics(runPaths(runDir).metrics)).flatMap((line) =>
    'validation/perplexity' in line ? [Number(line['validation/perplexity'])] : [],
  );
  expect(values[0]).toBeLessThan(BYTE_LEVEL_VOCABULARY_SIZE); // that of chance
  expect(values.at(-1)).toBeLessThan(values[0] / 2);

  const stopped = await queueTinyRun(recipe, join(dir, 'stopped'));
  expect(await trainUntil(stopped, 9)).toBe('stopped');
  expect(await trainUntil(stopped, Infinity)).toBe('finished');
  expect((await adapterOf(stopped)).tensors).toEqual(tensors);

  const evaluated = await run('evaluate', runDir, '--json');
  expect(evaluated).toMatchObject({ status: 0, err: '' });
  const { metrics } = JSON.parse(evaluated.out) as { metrics: Record<string, number> };
  expect(metrics.perplexity).toBeCloseTo(Math.min(...values), 5);
  const untrained = JSON.parse((await run('evaluate', recipe, '--json')).out) as typeof evaluated & {
    metrics: Record<string, number>;
  };
  expect(untrained.metrics.perplexity / BYTE_LEVEL_VOCABULARY_SIZE).toBeCloseTo(1, 0);

  const refused = await run('export', runDir, '--format', 'torch', '--out', 'torch');
  expect(refused.status).toBe(1);
  expect(refused.err).toContain('trained from nothing');
  expect(await run('export', runDir, '--format', 'merged', '--out', 'merged')).toMatchObject({
    status: 0,
    err: '',
  });
  expect(await readdir(join(dir, 'merged'))).toContain('tokenizer.json');
  expect(await readFile(join(dir, 'merged', 'README.md'), 'utf8')).toContain(
    '- Trained from nothing: weights drawn from the seed 3\n',
  );
  const merged = await openModelFolder(join(dir, 'merged'));
  expect(await merged.load(tensors.keys())).toEqual(tensors);
  const drawn = await openRandomModel(join(dir, 'tiny'), 3);
  expect([...tensors.keys()].sort()).toEqual([...drawn.tensors.keys()].sort());
  expect(await drawn.load(['wte.weight'])).not.toEqual(await merged.load(['wte.weight']));
});

it('writes nothing where the configuration is unusable', async () => {
  const dir = temporaryFolder();
  const recipe = await writeWorkspace(dir);
  await writeFile(join(dir, 'tiny', 'config.json'), JSON.stringify({ ...CONFIG, n_embd: 15 }));
  const { status, err } = await runCommand(['train', recipe], { cwd: dir });
  expect(status).toBe(2);
  expect(err).toContain('n_embd');
  expect(await listRuns(join(dir, 'runs'))).toEqual([]);
});
