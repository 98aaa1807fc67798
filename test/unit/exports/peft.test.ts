import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openModelFolder, readModelConfig, type ModelFolder } from '../../../src/checkpoints/modelFolder.ts';
import { readHeader, writeSafetensors } from '../../../src/checkpoints/safetensors.ts';
import type { ExportRequest } from '../../../src/exports/form.ts';
import { peft } from '../../../src/exports/peft.ts';
import { readPeftFolder } from '../../../src/exports/readPeft.ts';
import { randomWeights, writeModelFolder } from '../../support/checkpoints.ts';
import { exportRequest, learntBy } from '../../support/exportRequest.ts';
import { suiteFolder, temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyBert } from '../../support/tinyBert.ts';

const ROOT = 'base_model.model.';
const HEAD = ['classifier.bias', 'classifier.weight'];

const folder = suiteFolder();
await writeModelFolder(folder);
const model = await openModelFolder(folder);

async function written(
  methods: Readonly<Record<string, object>>,
  { base = model, baseModel = { id: 'tiny/bert' } as ExportRequest['baseModel'] } = {},
) {
  const dir = join(temporaryFolder(), 'peft');
  const request = exportRequest(base, { dir, methods, baseModel });
  const snippet = await peft.write(request);
  const file = await readHeader(join(dir, 'adapter_model.safetensors'));
  const text = await readFile(join(dir, 'adapter_config.json'), 'utf8');
  const config = JSON.parse(text) as Record<string, unknown>;
  return { dir, request, snippet, file, keys: [...file.tensors.keys()].sort(), text, config };
}

async function headless(): Promise<ModelFolder> {
  const dir = temporaryFolder();
  const weights = new Map([...randomWeights()].filter(([name]) => !name.startsWith('pooler.')));
  await writeModelFolder(dir, { weights });
  return openModelFolder(dir);
}

describe('an adapter for PEFT', () => {
  it('of norms has its keys, a configuration with sorted keys, and a model card', async () => {
    const { dir, file, keys, text, config, snippet } = await written(
      { ln_tuning: { layers: [1], layer_norms: ['ffn'] } },
      { baseModel: { id: 'tiny/bert', revision: 'v1' } },
    );
    expect(keys).toEqual([
      ROOT + 'bert.encoder.layer.1.output.LayerNorm.ln_tuning_layers.bias',
      ROOT + 'bert.encoder.layer.1.output.LayerNorm.ln_tuning_layers.weight',
      ...HEAD.map((name) => ROOT + name),
    ]);
    expect(file.metadata.get('format')).toBe('pt');
    expect(config).toMatchObject({
      peft_type: 'LN_TUNING',
      task_type: 'SEQ_CLS',
      base_model_name_or_path: 'tiny/bert',
      revision: 'v1',
      modules_to_save: ['classifier', 'score'],
      target_modules: ['encoder.layer.1.output.LayerNorm'],
    });
    expect(Object.keys(config)).toEqual(Object.keys(config).sort());
    expect(text).toMatch(/^\{\n {2}"auto_mapping": null,\n/);
    expect(snippet).toContain(`PeftModel.from_pretrained(base, ${JSON.stringify(dir)})`);

    const card = await readFile(join(dir, 'README.md'), 'utf8');
    expect(card).toMatch(/^---\nlibrary_name: peft\nbase_model: tiny\/bert\n/);
    expect(card).toContain('\n# license: ');
    expect(card).toContain('- Revision of the base model: v1');
    expect(card).toContain('| validation/accuracy | 0.75 | 1 |');
    expect(card).toContain('PeftModel.from_pretrained(base, "path/to/this/folder")');
    expect(card).not.toContain(dir);
  });

  it('of a prefix has it without any path, and everything else behind one wrapper', async () => {
    const { keys, config } = await written({
      prefix_tuning: { num_virtual_tokens: 3, prefix_projection: true },
      ln_tuning: { layers: [0], layer_norms: ['attention'], parameters: ['bias'] },
    });
    const norm = 'encoder.layer.0.attention.output.LayerNorm';
    expect(keys).toEqual(
      [
        `base_model.bert.${norm}.bias`,
        `base_model.bert.${norm}.weight`,
        ...HEAD.map((name) => `base_model.${name}`),
        'prompt_embeddings',
      ].sort(),
    );
    expect(config).toMatchObject({
      peft_type: 'PREFIX_TUNING',
      modules_to_save: ['classifier', 'score', norm],
      num_virtual_tokens: 3,
      prefix_projection: false,
    });
  });

  it('of (IA)3 has columns for outputs and rows for inputs; of LoRA names modules by their full paths', async () => {
    const ia3 = await written({ ia3: { layers: [0] } });
    const shape = (path: string) => ia3.file.tensors.get(`${ROOT}bert.encoder.layer.0.${path}.ia3_l`)?.shape;
    expect(shape('attention.self.key')).toEqual([8, 1]);
    expect(shape('output.dense')).toEqual([1, 16]);
    expect(ia3.config).toMatchObject({ feedforward_modules: ['encoder.layer.0.output.dense'] });
    const lora = await written({ lora: { layers: [1], target_modules: ['value'], use_rslora: true } });
    expect(lora.config).toMatchObject({
      peft_type: 'LORA',
      target_modules: ['encoder.layer.1.attention.self.value'],
      use_rslora: true,
    });
  });

  it('completes a norm of which one half was trained', async () => {
    const { dir, request } = await written({ ln_tuning: { parameters: ['bias'] } });
    const { tensors } = await readPeftFolder(dir, model);
    for (const [name, value] of request.adapter.tensors) expect(tensors.get(name)).toEqual(value);
    const gain = 'embeddings.LayerNorm.weight';
    expect(request.adapter.tensors.has(gain)).toBe(false);
    expect(tensors.get(gain)).toEqual(randomWeights().get(gain));
  });

  it.each<Readonly<Record<string, object>>>([
    { lora: { r: 2, lora_alpha: 3, use_rslora: true, layers: [1] } },
    { lora: { r: 12 } },
    { ia3: {} },
    { prefix_tuning: { num_virtual_tokens: 2 } },
    { ln_tuning: {}, lora: {} },
    { ln_tuning: {}, prefix_tuning: { num_virtual_tokens: 2 } },
  ])('is read back with its tensors and methods: %j', async (methods) => {
    const { dir, request } = await written(methods);
    const read = learntBy(await readPeftFolder(dir, model));
    expect(read.trained).toEqual(request.adapter.tensors);
    expect(Object.keys(read.methods)).toEqual(Object.keys(methods));
    const again = exportRequest(model, { dir: join(temporaryFolder(), 'again'), methods: read.methods });
    await peft.write(again);
    const config = async (folder: string) => readFile(join(folder, 'adapter_config.json'), 'utf8');
    expect(await config(again.dir)).toBe(await config(dir));
  });

  it('saves a pooler that the run trained because the base model has none', async () => {
    const { keys, config } = await written({ lora: {} }, { base: await headless() });
    expect(config.modules_to_save).toContain('pooler');
    expect(keys).toContain(ROOT + 'bert.pooler.dense.weight');
  });
});

describe('an adapter of PEFT', () => {
  it('is read as PEFT wrote it', async () => {
    const text = await readFile(join(tinyBert.model, '..', 'lnSteps.json'), 'utf8');
    const { tensors } = JSON.parse(text) as { tensors: Record<string, number[] | number[][]> };
    const read = await readPeftFolder(tinyBert.adapter, await readModelConfig(tinyBert.model));
    const values = new Map([...read.tensors].map(([name, { data }]) => [name, [...data]]));
    const expected = Object.entries(tensors).map(
      ([name, value]) => [name.replace(/^bert\./, ''), value.flat().map(Math.fround)] as const,
    );
    expect(values).toEqual(new Map(expected));
    expect(read.methods.map(({ id }) => id)).toEqual(['ln_tuning']);
  });

  it('is not read where its configuration means what no method does', async () => {
    const { dir, config } = await written({ lora: {} });
    const change = (changed: object) =>
      writeFile(join(dir, 'adapter_config.json'), JSON.stringify({ ...config, ...changed }));
    const reading = () => readPeftFolder(dir, model);
    for (const [changed, message] of [
      [{ peft_type: 'LOHA' }, /expected peft_type to be one of LN_TUNING, .*LORA.*found "LOHA"/],
      [{ use_dora: true }, /use_dora: expected false.*found true/],
      [{ init_lora_weights: 'pissa' }, /init_lora_weights: expected .*found "pissa"/],
      [{ rank_pattern: { query: 4 } }, /rank_pattern: expected nothing/],
      [{ r: 'eight' }, /adapter_config\.json: r: /],
      [{ r: 4 }, /lora_A\.weight" to have shape \[4, 8\].*found \[8, 8\]/],
    ] as const) {
      await change(changed);
      await expect(reading()).rejects.toThrow(message);
    }
    await change({});
    await expect(reading()).resolves.toBeDefined();
  });

  it('pickled, or for another model, is not read', async () => {
    const { dir } = await written({ ln_tuning: {} });
    const weights = join(dir, 'adapter_model.safetensors');
    const reading = () => readPeftFolder(dir, model);
    const LN = ROOT + 'bert.embeddings.LayerNorm.ln_tuning_layers.weight';
    const values = { dtype: 'float32', shape: [4], data: Float32Array.of(1, 2, 3, 4) } as const;
    await writeSafetensors(weights, new Map([[LN, values]]), {});
    await expect(reading()).rejects.toThrow(/shape \[8\], .*found \[4\]/);
    for (const key of [
      LN.replace('embeddings', 'encoder.layer.9.output'),
      ROOT + 'bert.embeddings.word_embeddings.weight',
      'embeddings.LayerNorm.weight',
    ]) {
      await writeSafetensors(weights, new Map([[key, values]]), {});
      await expect(reading()).rejects.toThrow(/expected tensors of this model's layers/);
    }
    await rm(weights);
    await expect(reading()).rejects.toThrow(/adapter_model\.safetensors: expected a file/);
    await writeFile(join(dir, 'adapter_model.bin'), '');
    await expect(reading()).rejects.toThrow(/can execute code/);
  });
});
