/**
 * Real model, real data: LN-tuning of all-MiniLM-L6-v2 on the MR sentences, one epoch. Samples per second are those of
 * training alone on both sides: the Trainer's own train_runtime, and this trainer's `samplesPerSecond` (batches and steps
 * between the first and the last, without tokenizing, compiling, evaluating and saving).
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { lastJson } from './lastJson.mjs';
import { interval, median } from './statistics.mjs';
import { gigabytes, printTable, times } from './table.mjs';

const data = resolve('../shared/datasets/sentiment_mr');
const model = resolve('.cache/models/all-MiniLM-L6-v2');
const runs = 'out/bench/runs';
const recipe = 'out/bench/sentiment.peft.yaml';
const settings = { batch: 32, epochs: 1, learningRate: 5e-3, maxLength: 128 };

const ours = 'this trainer, float32';
const contenders = {
  [ours]: { run: (_, seed) => train(seed) },
  'HF Trainer, float32, defaults': { run: hf('random') },
  // For its speed; its accuracy is that of the defaults.
  'HF Trainer, float32, group_by_length': { run: hf('group_by_length'), mostSeeds: 3 },
  // Another number format: for comparison only, so once.
  'HF Trainer, bfloat16, defaults': { run: hf('random', '--bf16'), mostSeeds: 1 },
  'HF Trainer, bfloat16, group_by_length': { run: hf('group_by_length', '--bf16'), mostSeeds: 1 },
};

/** @returns per contender the results of every seed and their summary; a reason where the data is not there */
export async function benchSentiment(python, seedCount) {
  if (!existsSync(data)) {
    console.log(`\nskipped: MiniLM on real data (no folder ${data})`);
    return { skipped: `no folder ${data}` };
  }
  execFileSync(process.execPath, ['scripts/quickstart/fetchModel.mjs', model], { stdio: 'inherit' });
  prepareRecipe();

  // Seed by seed, so that a machine that gets slower or faster does so for everyone.
  const results = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let seed = 1; seed <= seedCount; seed++) {
    for (const [name, { run, mostSeeds = Infinity }] of Object.entries(contenders)) {
      if (seed > mostSeeds) continue;
      const result = await run(python, seed);
      results[name].push({ seed, ...result });
      console.log(
        `seed ${seed}, ${name}: ${result.samplesPerSecond.toFixed(1)} samples/s, accuracy ${result.accuracy.toFixed(4)}`,
      );
    }
  }
  const summary = Object.fromEntries(
    Object.entries(results).map(([name, seeds]) => [name, summarise(seeds, results[ours])]),
  );
  print(summary);
  return { settings, results, summary };
}

function hf(sampling, ...flags) {
  return (python, seed) =>
    lastJson(python, [
      ...['bench/hfTrain.py', '--model', model, '--train', `${data}/train.tsv`, '--dev', `${data}/dev.tsv`],
      ...['--sampling', sampling, '--batch', settings.batch, '--epochs', settings.epochs],
      ...[
        '--learning-rate',
        settings.learningRate,
        '--max-length',
        settings.maxLength,
        '--seed',
        seed,
        ...flags,
      ],
    ]);
}

async function train(seed) {
  const { runs: finished } = await lastJson(process.execPath, [
    'dist/cli.js',
    'train',
    recipe,
    '--seed',
    seed,
    '--runs',
    runs,
    '--json',
  ]);
  const [{ samplesPerSecond, metric, peakMemoryBytes }] = finished;
  return { samplesPerSecond, accuracy: metric.value, peakMemoryBytes };
}

/** The recipe of what `hf` runs; the defaults of both sides agree in everything not named. */
function prepareRecipe() {
  rmSync(runs, { recursive: true, force: true });
  mkdirSync(runs, { recursive: true });
  writeFileSync(
    recipe,
    `version: 1
model: ${model}
task:
  type: text-classification
  train: ${data}/train.tsv
  validation: ${data}/dev.tsv
  text: sentence
  label: label
  max_length: ${settings.maxLength}
  pooling: model
methods: { ln_tuning: {} }
training:
  num_train_epochs: ${settings.epochs}
  per_device_train_batch_size: ${settings.batch}
  learning_rate: ${settings.learningRate}
  lr_scheduler_type: linear
  train_sampling_strategy: group_by_length
  executor: onnx-cpu
seeds: [1]
`,
  );
}

/** `speedup`: of this trainer, seed by seed, whose runs stand next to each other in time. */
function summarise(seeds, own) {
  return {
    speedup: median(seeds.map(({ samplesPerSecond }, i) => own[i].samplesPerSecond / samplesPerSecond)),
    samplesPerSecond: median(seeds.map((result) => result.samplesPerSecond)),
    accuracy: interval(seeds.map((result) => result.accuracy)),
    peakMemoryBytes: Math.max(...seeds.map((result) => result.peakMemoryBytes)),
  };
}

function print(summary) {
  printTable(`MiniLM on MR, LN-tuning, one epoch, batch ${settings.batch}`, [
    ['', 'samples/s', 'this trainer', 'accuracy, 95 % interval', 'peak memory'],
    ...Object.entries(summary).map(([name, { samplesPerSecond, speedup, accuracy, peakMemoryBytes }]) => [
      name,
      samplesPerSecond.toFixed(1),
      times(speedup),
      percent(accuracy),
      gigabytes(peakMemoryBytes),
    ]),
  ]);
}

const percent = ({ mean, halfWidth }) =>
  `${(100 * mean).toFixed(2)} % ${halfWidth === undefined ? '(one seed)' : `± ${(100 * halfWidth).toFixed(2)}`}`;
