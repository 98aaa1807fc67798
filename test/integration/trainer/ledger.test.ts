import { rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readHeader, readTensors, writeSafetensors } from '../../../src/checkpoints/safetensors.ts';
import { sizeOf, type HostTensors } from '../../../src/core/tensor.ts';
import { methods } from '../../../src/peft/registry.ts';
import { optimizers } from '../../../src/program/optimizers.ts';
import { readLedger, type Ledger } from '../../../src/runs/ledger.ts';
import { readRun, type Run } from '../../../src/runs/runFolder.ts';
import { runPaths } from '../../../src/runs/runPaths.ts';
import { writeRunRecord } from '../../../src/runs/runRecord.ts';
import { trainRun } from '../../../src/trainer/trainRun.ts';
import { runCommand } from '../../support/runCommand.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyRecipe } from '../../support/tinyWorkspace.ts';
import { trainedRun } from '../../support/trainedRun.ts';

const shorter = tinyRecipe.replace('max_length: 16', 'max_length: 12');
const withMethods = (list: string, recipe = shorter) =>
  recipe.replace('  ln_tuning: {}\n', list.replace(/^/gm, '  ') + '\n');
const withTraining = (fields: string, recipe = tinyRecipe) =>
  recipe.replace('  num_train_epochs: 3\n', fields.replace(/^/gm, '  ') + '\n');

async function runIn(runDir: string): Promise<Run> {
  const run = await readRun(runDir);
  if ('problem' in run) throw new Error(run.problem);
  return run;
}

async function ledgerOf(runDir: string) {
  const ledger = await readLedger(runDir);
  if (ledger === undefined) throw new Error(`no ledger: ${(await runIn(runDir)).record.failure}`);
  return ledger;
}

/** Ends the run once more, after `change` of its files. */
async function concludedAgain(runDir: string, change: (tensors: HostTensors) => void, file: string) {
  const header = await readHeader(file);
  const tensors = await readTensors(header);
  change(tensors);
  await writeSafetensors(file, tensors, Object.fromEntries(header.metadata));
  await writeRunRecord(runDir, { ...(await runIn(runDir)).record, status: 'queued' });
  await trainRun(runDir, { stop: () => false, checkpoint: () => false }, {});
  return runIn(runDir);
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the ledger of a run', () => {
  it('has every trained tensor, with what it was folded into', async () => {
    const union = `ln_tuning: {}
prefix_tuning: { num_virtual_tokens: 3, prefix_projection: true, encoder_hidden_size: 5, learning_rate: 1.0e-2 }
adapter: [{ at: [attention], bottleneck: 2 }, { form: parallel, bottleneck: 3, scaling: learned }]`;
    const runDir = await trainedRun(temporaryFolder(), { recipe: withMethods(union) });
    const { status, record } = await runIn(runDir);
    expect([status, record.failure]).toEqual(['finished', undefined]);
    const { agrees, tensors } = await ledgerOf(runDir);
    expect(agrees).toBe(true);
    const { trained, head } = record.summary!.parameters;
    expect(tensors.reduce((sum, { count }) => sum + count, 0)).toBe(trained + head);
    expect([...new Set(tensors.map(({ method }) => method))]).toEqual([
      'ln_tuning',
      'prefix_tuning',
      'adapter',
      'head',
    ]);
    for (const entry of tensors) {
      expect(entry).toMatchObject({ declared: true, connected: true, saved: true });
      expect(entry.count).toBe(sizeOf(entry.shape));
      expect(entry.gradient, entry.tensor).toBeGreaterThan(0);
      expect(entry.change, entry.tensor).toBeGreaterThan(0);
    }
  });

  it.each(['', '\ngradient_accumulation_steps: 2'])('is the same to the bit after a stop%s', async (more) => {
    const recipe = withTraining(`num_train_epochs: 3${more}`);
    const whole = await trainedRun(temporaryFolder(), { recipe });
    let steps = 0;
    const stopped = await trainedRun(temporaryFolder(), { recipe, stop: () => ++steps > 7 });
    const { status, record } = await runIn(stopped);
    expect(status).toBe('stopped');
    expect(await readLedger(stopped)).toBeUndefined();
    await writeRunRecord(stopped, { ...record, status: 'queued' });
    await trainRun(stopped, { stop: () => false, checkpoint: () => false }, {});
    expect(await ledgerOf(stopped)).toEqual(await ledgerOf(whole));
  });

  it('finds no fault in a gradient that is zero because its factor still is', async () => {
    const recipe = withTraining('max_steps: 1\nwarmup_steps: 0', withMethods('lora: {}', tinyRecipe)).replace(
      '  warmup_steps: 0.1\n',
      '',
    );
    const runDir = await trainedRun(temporaryFolder(), { recipe });
    expect((await runIn(runDir)).record).toMatchObject({ status: 'finished' });
    const { tensors } = await ledgerOf(runDir);
    const A = tensors.filter(({ tensor }) => tensor.includes('lora_A'));
    expect(A).toHaveLength(4);
    for (const entry of A) expect(entry).toMatchObject({ connected: true, gradient: 0, change: 0 });
  });

  it.each([
    ['too small for float32', 'num_train_epochs: 3', '1.0e-12'],
    ['zero while it warms up', 'max_steps: 1', '3.0e-2'],
  ])('finds no fault in tensors that stand still at a rate that is %s', async (_, training, rate) => {
    const recipe = withTraining(training).replace('3.0e-2', rate);
    const runDir = await trainedRun(temporaryFolder(), { recipe });
    expect((await runIn(runDir)).record).toMatchObject({ status: 'finished' });
    const { agrees, tensors } = await ledgerOf(runDir);
    expect(agrees).toBe(true);
    expect(tensors.some(({ gradient, change }) => gradient > 0 && change === 0)).toBe(true);
  });

  it('names a tensor that the loss does not depend on, and the run fails', async () => {
    const hooks = methods.lora.hooks!;
    vi.spyOn(methods.lora, 'hooks').mockImplementation((...given) => {
      const { linear } = hooks(...given);
      return { linear: (path, x, base) => tf.add(base(x), tf.mul(linear!(path, x, base), 0)) };
    });
    const runDir = await trainedRun(temporaryFolder(), { recipe: withMethods('lora: {}', tinyRecipe) });
    const { status, record } = await runIn(runDir);
    expect(status).toBe('failed');
    expect(record.failure).toMatch(
      /^the ledger does not agree: encoder\.layer\.0\.\S+\.lora_A\.weight of lora: the loss does not depend on it \(and 7 more: see ledger\.json\)$/,
    );
    const { agrees, tensors } = await ledgerOf(runDir);
    expect(agrees).toBe(false);
    for (const { method, connected } of tensors) expect(connected).toBe(method === 'head');
  });

  it('names a tensor that no step moves', async () => {
    vi.spyOn(optimizers.sgd, 'update').mockImplementation((_, { parameter }) => ({ parameter, state: [] }));
    const recipe = withTraining('max_steps: 3\noptim: sgd');
    const { record } = await runIn(await trainedRun(temporaryFolder(), { recipe }));
    expect(record.failure).toContain('LayerNorm.weight of ln_tuning: no step moves it');
  });

  it('names a tensor that was kept at its initial value', async () => {
    const runDir = await trainedRun(temporaryFolder());
    const paths = runPaths(runDir);
    const name = 'encoder.layer.1.output.LayerNorm.bias';
    const { tensors } = await ledgerOf(runDir);
    expect(tensors.find(({ tensor }) => tensor === name)).toMatchObject({ connected: true });
    await rm(paths.adapter, { recursive: true });
    const model = await readTensors(await readHeader(join(runDir, '../../model/model.safetensors')));
    const inModel = [...model.keys()].find((key) => key.endsWith(name))!;
    const { record } = await concludedAgain(
      runDir,
      (best) => best.set(name, model.get(inModel)!),
      paths.bestCheckpoint,
    );
    expect(record.failure).toBe(
      `the ledger does not agree: ${name} of ln_tuning: it has its initial value, though steps move it`,
    );
  });

  it('names a tensor that the adapter does not hold as it was trained', async () => {
    const runDir = await trainedRun(temporaryFolder(), {
      recipe: withMethods('prefix_tuning: { num_virtual_tokens: 2, prefix_projection: true }'),
    });
    const { record } = await concludedAgain(
      runDir,
      (tensors) => (tensors.get('prefix.prompt_embeddings')!.data[3] += 1e-6),
      join(runPaths(runDir).adapter, 'adapter.safetensors'),
    );
    expect(record.status).toBe('failed');
    expect(record.failure).toContain('prefix.embedding.weight of prefix_tuning: the adapter, read again');
    const { tensors } = await ledgerOf(runDir);
    for (const { method, saved } of tensors) expect(saved).toBe(method === 'head');
  });

  it('is printed as a table and as JSON, with exit status 1 where it does not agree', async () => {
    const dir = temporaryFolder();
    const runDir = await trainedRun(dir);
    const good = await runCommand(['ledger', basename(runDir)], { cwd: dir });
    expect(good).toMatchObject({ status: 0, err: '' });
    expect(good.out).toMatch(/^tensor +method +parameters +connected +gradient +change +saved/);
    expect(good.out).toMatch(
      /\nembeddings\.LayerNorm\.weight +ln_tuning +8 +yes +\d\.\d\de[+-]\d+ +\d\.\d\de[+-]\d+ +yes\n/,
    );
    expect(good.out).toMatch(/\n12 trained tensors, all agree\n$/);

    await concludedAgain(
      runDir,
      (tensors) => (tensors.get('classifier.bias')!.data[0] += 1),
      join(runPaths(runDir).adapter, 'adapter.safetensors'),
    );
    const bad = await runCommand(['ledger', runDir, '--json'], { cwd: dir });
    expect(bad).toMatchObject({ status: 1, err: '' });
    const { run, status, agrees, tensors } = JSON.parse(bad.out) as Ledger & { run: string; status: string };
    expect({ run, status, agrees }).toEqual({ run: basename(runDir), status: 'failed', agrees: false });
    expect(tensors.filter(({ fault }) => fault).map(({ tensor }) => tensor)).toEqual(['classifier.bias']);
  });

  it('is refused for a run that has none yet, and said to be unreadable where it is no ledger', async () => {
    const dir = temporaryFolder();
    const runDir = await trainedRun(dir, { stop: () => true });
    const none = await runCommand(['ledger', runDir], { cwd: dir });
    expect(none).toMatchObject({ status: 1, out: '' });
    expect(none.err).toContain('has no ledger: it is written at the end of a run, and this one is stopped');
    for (const text of [
      '{',
      '[]',
      '{"formatVersion":2}',
      '{"formatVersion":1,"agrees":true,"tensors":[{}]}',
    ]) {
      await writeFile(runPaths(runDir).ledger, text);
      const broken = await runCommand(['ledger', runDir], { cwd: dir });
      expect(broken).toMatchObject({ status: 2, out: '' });
      expect(broken.err).toContain('ledger.json: expected a ledger of format version 1');
    }
  });
});
