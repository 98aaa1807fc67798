import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openModelFolder } from '../../../src/checkpoints/modelFolder.ts';
import { readAdapter } from '../../../src/checkpoints/adapterFolder.ts';
import { readPeftFolder } from '../../../src/exports/readPeft.ts';
import { runPaths } from '../../../src/runs/runPaths.ts';
import { runCommand } from '../../support/runCommand.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyRecipe } from '../../support/tinyWorkspace.ts';
import { sharedRun, trainedRun } from '../../support/trainedRun.ts';

const shared = sharedRun();

const exportRun = (run: string, ...args: string[]) =>
  runCommand(['export', run, ...args], { cwd: shared.dir });

const learnt = async () => (await readAdapter(runPaths(shared.runDir).adapter)).tensors;

describe('export', () => {
  it('writes an adapter for HF PEFT and prints how Python loads it', async () => {
    const out = join(shared.dir, 'peft');
    const { status, out: snippet } = await exportRun(
      shared.runDir,
      '--format',
      'peft',
      '--out',
      'peft',
      '--base-model',
      'tiny/bert',
    );
    expect(status).toBe(0);
    expect(snippet).toBe(`from peft import PeftModel
from transformers import AutoTokenizer, BertForSequenceClassification

base = BertForSequenceClassification.from_pretrained("tiny/bert", id2label={0: "negative", 1: "positive"})
model = PeftModel.from_pretrained(base, "${out}")
tokenizer = AutoTokenizer.from_pretrained("tiny/bert")
`);
    const model = await openModelFolder(join(shared.dir, 'model'));
    expect((await readPeftFolder(out, model)).tensors).toEqual(await learnt());
    const config = JSON.parse(await readFile(join(out, 'adapter_config.json'), 'utf8')) as object;
    expect(config).toMatchObject({ base_model_name_or_path: 'tiny/bert', revision: null });
  });

  it('writes a whole model for Transformers', async () => {
    const out = join(shared.dir, 'merged');
    expect(await exportRun(shared.runDir, '--format', 'merged', '--out', 'merged')).toEqual({
      status: 0,
      err: '',
      out: `from transformers import AutoTokenizer, BertForSequenceClassification

model = BertForSequenceClassification.from_pretrained("${out}")
tokenizer = AutoTokenizer.from_pretrained("${out}")
`,
    });
    const card = await readFile(join(out, 'README.md'), 'utf8');
    expect(card).toMatch(/^---\nlibrary_name: transformers\npipeline_tag: text-classification\n/); // no name of the base
    expect(card).toMatch(/\n\| validation\/accuracy \| [01](\.\d+)? \| 1 \|\n/);
    const merged = await openModelFolder(out);
    const tensors = await learnt();
    expect(await merged.load(tensors.keys())).toEqual(tensors);
  });

  it("names the hub's id and revision where the run has them", async () => {
    const dir = temporaryFolder();
    const runDir = await trainedRun(dir, { recipe: tinyRecipe.replace('mean', 'model') });
    // The same run as if the folder had been a snapshot of the hub's cache.
    const commit = 'c'.repeat(40);
    const snapshots = join(dir, 'hub', 'models--tiny--bert', 'snapshots');
    await mkdir(snapshots, { recursive: true });
    const manifest = join(runPaths(runDir).adapter, 'adapter.json');
    const { base, ...rest } = JSON.parse(await readFile(manifest, 'utf8')) as { base: object };
    await writeFile(
      manifest,
      JSON.stringify({ ...rest, base: { ...base, model: 'tiny/bert', revision: commit } }),
    );
    const args = ['export', runDir, '--format', 'peft', '--out', 'peft'];
    const env = { HF_HUB_CACHE: join(dir, 'hub') };
    expect(await runCommand(args, { cwd: dir, env })).toMatchObject({
      status: 2,
      err: expect.stringMatching(/peft-workbench download tiny\/bert/),
    });

    await cp(join(dir, 'model'), join(snapshots, commit), { recursive: true });
    const { status, out } = await runCommand(args, { cwd: dir, env });
    expect(status).toBe(0);
    expect(out).toContain(`.from_pretrained("tiny/bert", revision="${commit}", id2label=`);
  });

  it('refuses, with the reason, where there is no such form, and writes nothing', async () => {
    const cases = [
      {
        methods: 'head_only: {}',
        pooling: 'model',
        formats: ['peft'],
        reason:
          /^peft: HF PEFT has no adapter type that trains the head alone.*\. Use --format merged or torch\.$/m,
      },
      {
        methods: 'ln_tuning: {}',
        pooling: 'mean',
        formats: ['peft', 'merged'],
        reason: /the run pools by mean.*\. Use --format torch\.$/m,
      },
      {
        methods: 'adapter: {}\n  lora: {}',
        pooling: 'model',
        formats: ['peft', 'merged'],
        reason: /Adapter.*\. Use --format adapterhub or torch\.$/m,
      },
    ];
    for (const { methods, pooling, formats, reason } of cases) {
      const dir = temporaryFolder();
      const recipe = tinyRecipe.replace('ln_tuning: {}', methods).replace('mean', pooling);
      const runDir = await trainedRun(dir, { recipe });
      for (const format of formats) {
        const { status, out, err } = await exportRun(runDir, '--format', format, '--out', join(dir, 'out'));
        expect({ status, out }).toEqual({ status: 1, out: '' });
        expect(err).toMatch(reason);
      }
      expect(await readdir(dir)).not.toContain('out');
    }
  });

  it('refuses a run that has not finished', async () => {
    const runDir = await trainedRun(temporaryFolder(), { stop: () => true });
    expect(await exportRun(runDir, '--format', 'merged', '--out', 'x')).toMatchObject({
      status: 1,
      err: expect.stringMatching(/no adapter to export: it is stopped.*resume/),
    });
  });

  it.each([
    [['--out', 'x'], /expected --format and --out/],
    [['--format', 'peft'], /expected --format and --out/],
    [
      ['--format', 'onnx', '--out', 'x'],
      /--format: expected one of peft, adapterhub, merged, torch.*found onnx/,
    ],
    [
      ['--format', 'peft', '--out', 'x'],
      /--base-model: expected the id .* a folder of this machine \(.*model\)/,
    ],
    [['--format', 'merged', '--out', 'model'], /model: expected no such folder or an empty one/],
  ])('answers %j with 2', async (args, message) => {
    const before = await readdir(shared.dir);
    const { status, out, err } = await exportRun(shared.runDir, ...args);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toMatch(message);
    expect(await readdir(shared.dir)).toEqual(before);
  });

  it('refuses base weights that are not those of the run', async () => {
    const dir = temporaryFolder();
    const runDir = await trainedRun(dir, { recipe: tinyRecipe.replace('mean', 'model') });
    const weights = join(dir, 'model', 'model.safetensors');
    const bytes = await readFile(weights);
    bytes[bytes.length - 1] ^= 1;
    await writeFile(weights, bytes);
    expect(await exportRun(runDir, '--format', 'merged', '--out', join(dir, 'out'))).toMatchObject({
      status: 2,
      err: expect.stringMatching(/model: expected the weights that .* was trained on/),
    });
    expect(await readdir(dir)).not.toContain('out');
  });
});
