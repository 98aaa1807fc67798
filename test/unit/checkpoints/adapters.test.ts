import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Refusal, UserError } from '../../../src/core/errors.ts';
import { floatTensor, type HostTensors } from '../../../src/core/tensor.ts';
import { readAdapter, writeAdapter, type Adapter } from '../../../src/checkpoints/adapterFolder.ts';
import { writeMergedFolder } from '../../../src/checkpoints/mergedFolder.ts';
import { openModelFolder, readModelConfig, type ModelFolder } from '../../../src/checkpoints/modelFolder.ts';
import { readPeftFolder, writePeftFolder } from '../../../src/checkpoints/peftFolder.ts';
import { readHeader, writeSafetensors } from '../../../src/checkpoints/safetensors.ts';
import {
  randomWeights,
  temporaryFolder,
  writeModelFolder,
  writeTokenizer,
} from '../../support/checkpoints.ts';

const head: HostTensors = new Map([
  [
    'classifier.weight',
    floatTensor(
      [2, 8],
      Float32Array.from({ length: 16 }, (_, i) => i),
    ),
  ],
  ['classifier.bias', floatTensor([2], [0.5, -0.5])],
]);
const eights = floatTensor([8], new Float32Array(8).fill(8));

/** A head and the norms named, all eights. */
function trained(...norms: string[]): HostTensors {
  return new Map([...norms.map((name) => [name, eights] as const), ...head]);
}

async function model(weights = randomWeights()): Promise<ModelFolder> {
  const dir = join(await temporaryFolder(), 'base');
  await mkdir(dir);
  await writeModelFolder(dir, { weights });
  await writeTokenizer(dir);
  return openModelFolder(dir);
}

function withoutPooler(): HostTensors {
  return new Map([...randomWeights()].filter(([name]) => !name.startsWith('pooler.')));
}

const adapter: Adapter = {
  recipe: 'ln-against-the-rest',
  variant: 'LN-tuning',
  base: { model: 'tiny/bert', weightsSha256: '00ff' },
  methods: [{ id: 'ln_tuning', fields: { parameters: ['gain'], layers: 'all' } }],
  task: { type: 'text-classification', labels: ['bad', 'good'], text: 'sentence', max_length: 32 },
  parameters: { trained: 8, stored: 8, head: 18 },
  metrics: { 'validation/accuracy': 0.75 },
  tensors: trained('embeddings.LayerNorm.weight'),
};

describe('own adapter', () => {
  it('is read back as it was', async () => {
    const dir = join(await temporaryFolder(), 'adapter');
    await writeAdapter(dir, adapter);
    expect((await readdir(dir)).sort()).toEqual(['adapter.json', 'adapter.safetensors']);
    expect(await readAdapter(dir)).toEqual(adapter);
  });

  it('refuses a newer format, a missing field, a missing file', async () => {
    const dir = join(await temporaryFolder(), 'adapter');
    await writeAdapter(dir, adapter);
    const manifest = JSON.parse(await readFile(join(dir, 'adapter.json'), 'utf8')) as object;
    const rewrite = (change: object) =>
      writeFile(join(dir, 'adapter.json'), JSON.stringify({ ...manifest, ...change }));
    await rewrite({ formatVersion: 2 });
    await expect(readAdapter(dir)).rejects.toThrow(/format version 1 or older, found 2/);
    await rewrite({ task: { type: 'text-classification' } });
    await expect(readAdapter(dir)).rejects.toThrow(/adapter\.json: task\.labels: /);
    await rewrite({});
    await rm(join(dir, 'adapter.safetensors'));
    await expect(readAdapter(dir)).rejects.toThrow(/adapter\.safetensors: expected a file/);
  });

  it('never writes over a folder in use, and leaves nothing behind when it fails', async () => {
    const root = await temporaryFolder();
    const dir = join(root, 'adapter');
    await mkdir(dir);
    await writeAdapter(dir, adapter); // an empty folder is free
    await expect(writeAdapter(dir, adapter)).rejects.toThrow(UserError);
    await expect(writeAdapter(join(dir, 'adapter.json'), adapter)).rejects.toThrow(/found a file/);
    const broken = { ...adapter, tensors: new Map([['x', floatTensor([3], [1])]]) };
    await expect(writeAdapter(join(root, 'other'), broken)).rejects.toThrow(/internal/);
    expect(await readdir(root)).toEqual(['adapter']);
  });
});

describe('PEFT adapter', () => {
  const ROOT = 'base_model.model.';

  async function written(tensors: HostTensors, base?: ModelFolder) {
    const dir = join(await temporaryFolder(), 'peft');
    await writePeftFolder(dir, { model: base ?? (await model()), tensors, baseModel: 'tiny/bert' });
    const file = await readHeader(join(dir, 'adapter_model.safetensors'));
    const text = await readFile(join(dir, 'adapter_config.json'), 'utf8');
    return { dir, file, text, config: JSON.parse(text) as Record<string, unknown> };
  }

  it("has PEFT's keys and a configuration with sorted keys", async () => {
    const { file, text, config } = await written(trained('encoder.layer.1.output.LayerNorm.weight'));
    expect([...file.tensors.keys()].sort()).toEqual([
      ROOT + 'bert.encoder.layer.1.output.LayerNorm.ln_tuning_layers.bias',
      ROOT + 'bert.encoder.layer.1.output.LayerNorm.ln_tuning_layers.weight',
      ROOT + 'classifier.bias',
      ROOT + 'classifier.weight',
    ]);
    expect(file.metadata.get('format')).toBe('pt');
    expect(config).toMatchObject({
      peft_type: 'LN_TUNING',
      task_type: 'SEQ_CLS',
      base_model_name_or_path: 'tiny/bert',
      modules_to_save: ['classifier', 'score'],
      target_modules: ['encoder.layer.1.output.LayerNorm'],
    });
    expect(Object.keys(config)).toEqual(Object.keys(config).sort());
    expect(text).toMatch(/^\{\n {2}"auto_mapping": null,\n/);
  });

  it('completes a norm of which one half was trained, and is read back', async () => {
    const base = await model();
    const { dir } = await written(trained('embeddings.LayerNorm.bias'), base);
    const own = randomWeights().get('embeddings.LayerNorm.weight')!;
    const read = await readPeftFolder(dir, base);
    expect(read).toEqual(trained('embeddings.LayerNorm.bias').set('embeddings.LayerNorm.weight', own));
  });

  it('is read as PEFT wrote it', async () => {
    const fixture = new URL('../../fixtures/tinyBert/', import.meta.url).pathname;
    const text = await readFile(join(fixture, 'lnSteps.json'), 'utf8');
    const { tensors } = JSON.parse(text) as { tensors: Record<string, number[] | number[][]> };
    const read = await readPeftFolder(
      join(fixture, 'adapter'),
      await readModelConfig(join(fixture, 'model')),
    );
    const values = new Map([...read].map(([name, { data }]) => [name, [...data]]));
    const expected = Object.entries(tensors).map(
      ([name, value]) => [name.replace(/^bert\./, ''), value.flat().map(Math.fround)] as const,
    );
    expect(values).toEqual(new Map(expected));
  });

  it('saves a pooler that the run trained because the base model has none', async () => {
    const base = await model(withoutPooler());
    const norm = 'embeddings.LayerNorm.weight';
    const dir = join(await temporaryFolder(), 'peft');
    const writing = writePeftFolder(dir, { model: base, tensors: trained(norm), baseModel: null });
    await expect(writing).rejects.toThrow(Refusal);

    const tensors = trained(norm)
      .set('pooler.dense.weight', floatTensor([8, 8], new Float32Array(64)))
      .set('pooler.dense.bias', eights);
    const { file, config } = await written(tensors, base);
    expect(config.modules_to_save).toContain('pooler');
    expect(file.tensors.has(ROOT + 'bert.pooler.dense.weight')).toBe(true);
  });

  it('is refused where PEFT has no such type', async () => {
    await expect(written(trained())).rejects.toThrow(/no adapter type that trains the head alone[^]*merged/);
    await expect(written(trained('encoder.layer.0.output.dense.bias'))).rejects.toThrow(Refusal);
  });

  it('of another type, pickled, or for another model is not read', async () => {
    const base = await model();
    const { dir } = await written(trained('embeddings.LayerNorm.weight'), base);
    const weights = join(dir, 'adapter_model.safetensors');
    const reading = () => readPeftFolder(dir, base);
    const LN = ROOT + 'bert.embeddings.LayerNorm.ln_tuning_layers.weight';
    await writeSafetensors(weights, new Map([[LN, floatTensor([4], [1, 2, 3, 4])]]), {});
    await expect(reading()).rejects.toThrow(/shape \[8\], .*found \[4\]/);
    await writeSafetensors(
      weights,
      new Map([[LN.replace('embeddings', 'encoder.layer.9.output'), eights]]),
      {},
    );
    await expect(reading()).rejects.toThrow(/expected tensors of this model's layers/);
    await rm(weights);
    await writeFile(join(dir, 'adapter_model.bin'), '');
    await expect(reading()).rejects.toThrow(/can execute code/);
    await writeFile(join(dir, 'adapter_config.json'), '{"peft_type": "LORA"}');
    await expect(reading()).rejects.toThrow(/expected peft_type "LN_TUNING".*found "LORA"/);
  });
});

describe('merged folder', () => {
  it('is a model folder with the trained tensors, the head, the labels and the tokenizer', async () => {
    const base = await model();
    const dir = join(await temporaryFolder(), 'merged');
    const tensors = trained('embeddings.LayerNorm.weight');
    await writeMergedFolder(dir, { model: base, tensors, labels: ['bad', 'good'] });

    expect((await readdir(dir)).sort()).toEqual([
      'config.json',
      'model.safetensors',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
    const merged = await openModelFolder(dir);
    expect(merged.config).toMatchObject({
      architectures: ['BertForSequenceClassification'],
      id2label: { 0: 'bad', 1: 'good' },
      label2id: { bad: 0, good: 1 },
      model_type: 'bert',
    });
    const names = [...(await readHeader(join(dir, 'model.safetensors'))).tensors.keys()];
    expect(names.filter((name) => !name.startsWith('bert.'))).toEqual([
      'classifier.bias',
      'classifier.weight',
    ]);
    const expected = new Map([...randomWeights(), ...tensors]);
    expect(await merged.load(merged.tensors.keys())).toEqual(expected);
  });

  it('is refused without a pooler', async () => {
    const base = await model(withoutPooler());
    const dir = join(await temporaryFolder(), 'merged');
    await expect(writeMergedFolder(dir, { model: base, tensors: head, labels: [] })).rejects.toThrow(Refusal);
  });

  it('leaves nothing behind where the base weights break off', async () => {
    const base = await model();
    await writeFile(join(base.dir, 'model.safetensors'), 'gone');
    const root = await temporaryFolder();
    const writing = writeMergedFolder(join(root, 'merged'), {
      model: base,
      tensors: head,
      labels: ['a', 'b'],
    });
    await expect(writing).rejects.toThrow(/ended at byte/);
    expect(await readdir(root)).toEqual([]);
  });
});
