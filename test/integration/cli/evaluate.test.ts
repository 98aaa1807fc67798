import { appendFile, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readHeader, readTensors, writeSafetensors } from '../../../src/checkpoints/safetensors.ts';
import { subjectOfRun } from '../../../src/cli/subject.ts';
import { runPaths } from '../../../src/runs/runPaths.ts';
import { readRun } from '../../../src/runs/runFolder.ts';
import { runCommand } from '../../support/runCommand.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyRecipe } from '../../support/tinyWorkspace.ts';
import { sharedRun, trainedRun } from '../../support/trainedRun.ts';

const shared = sharedRun();

const evaluate = (...args: string[]) => runCommand(['evaluate', ...args], { cwd: shared.dir });

async function metricsOf(...args: string[]): Promise<Record<string, number>> {
  const { status, out, err } = await evaluate(...args, '--json');
  expect({ status, err }).toEqual({ status: 0, err: '' });
  return (JSON.parse(out) as { metrics: Record<string, number> }).metrics;
}

/** What training measured at its best checkpoint. */
async function recorded(split: string, runDir = shared.runDir): Promise<Record<string, number>> {
  const run = await readRun(runDir);
  if ('problem' in run) throw new Error(run.problem);
  const best = Object.entries(run.record.summary!.best).filter(([name]) => name.startsWith(`${split}/`));
  return Object.fromEntries(best.map(([name, value]) => [name.slice(split.length + 1), value]));
}

/** A variant of the recipe in the run's workspace. */
async function recipe(name: string, change: (text: string) => string): Promise<string> {
  const text = await readFile(join(shared.dir, 'tiny.peft.yaml'), 'utf8');
  await writeFile(join(shared.dir, name), change(text));
  return name;
}

describe('evaluate', () => {
  it('gives a run the numbers that training recorded, on validation, test and a file of the same rows', async () => {
    const [validation, test] = [await recorded('validation'), await recorded('test')];
    expect(Object.keys(validation)).toEqual(['loss', 'accuracy', 'f1', 'matthews_correlation']);
    expect(await metricsOf(shared.runDir)).toEqual(validation);
    expect(await metricsOf(shared.runDir, '--split', 'test')).toEqual(test);
    expect(await metricsOf(shared.runDir, '--file', 'test.tsv')).toEqual(test);
  });

  it('prints N and the metrics', async () => {
    const { status, out } = await evaluate(shared.runDir);
    expect(status).toBe(0);
    expect(out).toMatch(/^validation \(.*dev\.tsv\): N = 20\nloss +\d\.\d{4}\naccuracy +\d\.\d{4}\n/);
  });

  it("gives an adapter folder the run's numbers, whatever methods the recipe names", async () => {
    const other = await recipe('other.peft.yaml', (text) => text.replace('ln_tuning: {}', 'head_only: {}'));
    expect(await metricsOf(other, '--adapter', join(shared.runDir, 'adapter'))).toEqual(
      await recorded('validation'),
    );
  });

  it('gives the exports their numbers: an HF PEFT folder, and a merged model without any adapter', async () => {
    for (const [format, out] of ['peft', 'merged'].map((name) => [name, join(shared.dir, name)])) {
      const id = format === 'peft' ? ['--base-model', 'tiny/bert'] : [];
      expect(
        await runCommand(['export', shared.runDir, '--format', format, '--out', out, ...id], {
          cwd: shared.dir,
        }),
      ).toMatchObject({ status: 0 });
    }
    expect(await metricsOf('tiny.peft.yaml', '--adapter', 'peft')).toEqual(await recorded('validation'));
    const pooled = await recipe('pooled.peft.yaml', (text) =>
      text.replace('pooling: model', 'pooling: mean'),
    );
    expect(await evaluate(pooled, '--adapter', 'peft')).toMatchObject({
      status: 2,
      err: expect.stringMatching(/peft: expected `pooling: model` in the recipe/),
    });
    const merged = await recipe('merged.peft.yaml', (text) => text.replace('./model', './merged'));
    expect(await metricsOf(merged)).toEqual(await recorded('validation'));
  });

  it("puts the checkpoint's head in the order of the recipe's labels, also beside an HF PEFT folder without one", async () => {
    const exported = join(shared.dir, 'with-head');
    const args = ['--format', 'peft', '--out', exported, '--base-model', 'tiny/bert'];
    await runCommand(['export', shared.runDir, ...args], { cwd: shared.dir });
    const base = ['--format', 'merged', '--out', join(shared.dir, 'named')];
    await runCommand(['export', shared.runDir, ...base], { cwd: shared.dir });
    const headless = join(shared.dir, 'headless');
    await mkdir(headless);
    await copyFile(join(exported, 'adapter_config.json'), join(headless, 'adapter_config.json'));
    const tensors = await readTensors(await readHeader(join(exported, 'adapter_model.safetensors')));
    const kept = [...tensors].filter(([name]) => !name.includes('classifier'));
    expect(kept.length).toBe(tensors.size - 2);
    await writeSafetensors(join(headless, 'adapter_model.safetensors'), new Map(kept), { format: 'pt' });

    const turned = await recipe('turned.peft.yaml', (text) =>
      text
        .replace('./model', './named')
        .replace('label: label', 'label: label\n  labels: [positive, negative]'),
    );
    const { accuracy, loss } = await recorded('validation');
    expect(await metricsOf(turned)).toMatchObject({ accuracy, loss });
    expect(await metricsOf(turned, '--adapter', 'headless')).toMatchObject({ accuracy, loss });
  });

  it.each([
    'prefix_tuning: { num_virtual_tokens: 2 }\n  ln_tuning: {}',
    'lora: {}',
    'ia3: {}\n  ln_tuning: {}',
  ])('knows from an HF PEFT folder what was trained, whatever the recipe says: %j', async (methods) => {
    const dir = temporaryFolder();
    const text = tinyRecipe.replace('mean', 'model').replace('  ln_tuning: {}', `  ${methods}`);
    const runDir = await trainedRun(dir, { recipe: text });
    const args = ['--format', 'peft', '--out', join(dir, 'peft'), '--base-model', 'tiny/bert'];
    expect(await runCommand(['export', runDir, ...args], { cwd: dir })).toMatchObject({ status: 0 });
    expect(await metricsOf('tiny.peft.yaml', '--adapter', join(dir, 'peft'))).toEqual(
      await recorded('validation', runDir),
    );
  });

  it('computes on what the run came to compute on, whatever its recipe names', async () => {
    const dir = temporaryFolder();
    const text = tinyRecipe.replace('num_train_epochs: 3', 'max_steps: 2');
    const runDir = await trainedRun(dir, { recipe: text });
    const file = runPaths(runDir).recipe;
    const resolved = await readFile(file, 'utf8');
    const named = resolved.replace(/executor: \S+/, 'executor: tensorflow');
    expect(named).not.toBe(resolved);
    await writeFile(file, named);
    const silent = { write: () => undefined };
    const io = { stdout: silent, stderr: silent, isTerminal: false, cwd: dir, env: {} };
    const { configuration } = await subjectOfRun(runDir, join(dir, 'runs'), io);
    expect(configuration.training.executor).toBe('onnx-cpu');
  });

  it('refuses a head that would be random', async () => {
    const { status, out, err } = await evaluate('tiny.peft.yaml');
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toMatch(
      /tiny\.peft\.yaml: neither the checkpoint nor an adapter holds classifier\.weight, classifier\.bias/,
    );
  });

  it('says which variant it cannot choose', async () => {
    const both = 'variants: { a: { task: { max_length: 8 } }, b: {} }\n';
    const varied = await recipe('varied.peft.yaml', (text) => text + both);
    const adapter = ['--adapter', join(shared.runDir, 'adapter')];
    expect(await evaluate(varied, ...adapter)).toMatchObject({
      status: 2,
      err: expect.stringMatching(/--variant: expected one of "a", "b"/),
    });
    expect(await metricsOf(varied, ...adapter, '--variant', 'b')).toEqual(await recorded('validation'));
  });

  it.each([
    [['--split', 'train'], /--split: expected validation or test, found train/],
    [['--split', 'test', '--file', 'dev.tsv'], /found both/],
    [['--adapter', 'x'], /go with a recipe/],
    [['--file', 'none.tsv'], /none\.tsv: expected a data file, found nothing/],
  ])('answers %j with 2', async (args, message) => {
    const { status, out, err } = await evaluate(shared.runDir, ...args);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toMatch(message);
  });

  it('refuses folders that are no adapter, and labels that were not learnt', async () => {
    expect(await evaluate('tiny.peft.yaml', '--adapter', 'model')).toMatchObject({
      status: 2,
      err: expect.stringMatching(/expected adapter\.json .* or adapter_config\.json/),
    });
    await writeFile(join(shared.dir, 'odd.tsv'), 'text\tlabel\ngood\tneutral\n');
    expect(await evaluate(shared.runDir, '--file', 'odd.tsv')).toMatchObject({
      status: 2,
      err: expect.stringMatching(
        /odd\.tsv:2: expected one of the labels "negative", "positive", found "neutral"/,
      ),
    });
  });

  it('refuses what was learnt on other weights', async () => {
    const weights = join(shared.dir, 'model', 'model.safetensors');
    const before = await readFile(weights);
    const changed = Buffer.from(before);
    changed[changed.length - 1] ^= 1;
    await writeFile(weights, changed);
    try {
      for (const args of [[shared.runDir], ['tiny.peft.yaml', '--adapter', join(shared.runDir, 'adapter')]]) {
        expect(await evaluate(...args)).toMatchObject({
          status: 2,
          err: expect.stringMatching(/model: expected the weights that .* SHA-256/),
        });
      }
    } finally {
      await writeFile(weights, before);
    }
  });

  it('cuts a share of train off by the seed of the run, which a recipe alone does not have', async () => {
    const dir = temporaryFolder();
    const runDir = await trainedRun(dir, { recipe: tinyRecipe.replace('dev.tsv', '0.3') });
    expect(await metricsOf(runDir)).toEqual(await recorded('validation', runDir));
    const asked = ['evaluate', 'tiny.peft.yaml', '--adapter', join(runDir, 'adapter')];
    expect(await runCommand(asked, { cwd: dir })).toMatchObject({
      status: 2,
      err: expect.stringMatching(/found a share of train.*\n {2}Name a run, or a file with --file/),
    });
  });

  it('measures a stopped run at its best checkpoint so far, once there is one', async () => {
    const [none, some] = [temporaryFolder(), temporaryFolder()];
    const unmeasured = await trainedRun(none, { stop: () => true });
    expect(await evaluate(unmeasured)).toMatchObject({
      status: 1,
      err: expect.stringMatching(/no best checkpoint yet \(status: stopped\)/),
    });
    let steps = 0;
    const stopped = await trainedRun(some, { stop: () => ++steps > 20 }); // in the second epoch
    expect(await metricsOf(stopped)).toEqual(await recorded('validation', stopped));
    await appendFile(join(some, 'train.tsv'), 'good cat\tneutral\n');
    expect(await evaluate(stopped)).toMatchObject({
      status: 2,
      err: expect.stringMatching(/train\.tsv: expected the training data of .*SHA-256/),
    });
  });

  it('ends when it is aborted', async () => {
    expect(
      await runCommand(['evaluate', shared.runDir], { cwd: shared.dir, signal: AbortSignal.abort() }),
    ).toEqual({ status: 130, out: '', err: '' });
  });
});
