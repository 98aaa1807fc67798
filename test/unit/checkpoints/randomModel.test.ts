import { describe, expect, it } from 'vitest';
import { openModelFolder, readModelConfig, sameShape } from '../../../src/checkpoints/modelFolder.ts';
import { readModelFacts } from '../../../src/checkpoints/facts.ts';
import { openRandomModel } from '../../../src/checkpoints/randomModel.ts';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '../../../src/core/json.ts';
import type { HostTensors } from '../../../src/core/tensor.ts';
import { writeTokenizer } from '../../support/checkpoints.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyModels } from '../../support/tinyModel.ts';

/** config.json alone. */
async function configFolder(config: JsonObject): Promise<string> {
  const dir = temporaryFolder();
  await writeFile(join(dir, 'config.json'), JSON.stringify(config));
  return dir;
}

async function valuesOf(config: JsonObject, seed: number): Promise<HostTensors> {
  const model = await openRandomModel(await configFolder(config), seed);
  return model.load(model.tensors.keys());
}

/** Wide enough for statistics. */
const wide = { hidden_size: 64, dim: 64, n_embd: 64, intermediate_size: 128, hidden_dim: 128, n_inner: 128 };
const RANGE = 0.05;

function standardDeviation(values: Float32Array | Int32Array): number {
  let square = 0;
  for (const value of values) square += value ** 2;
  return Math.sqrt(square / values.length);
}

describe('a model of random weights', () => {
  it.each(tinyModels)('$architecture: every tensor starts as its role says', async ({ config }) => {
    const dir = await configFolder({ ...config, ...wide, initializer_range: RANGE });
    const { architecture, shape } = await readModelConfig(dir);
    const model = await openRandomModel(dir, 3);
    const declared = architecture.tensors(shape);
    expect([...model.tensors.keys()]).toEqual(declared.map(({ name }) => name));
    expect(model.missing).toEqual([]);
    const values = await model.load(model.tensors.keys());
    for (const tensor of declared) {
      const { name, role, fresh } = tensor;
      const value = values.get(name)!;
      expect(sameShape(value.shape, tensor.shape), name).toBe(true);
      if (role !== 'table' && role !== 'weight') {
        expect(new Set(value.data), name).toEqual(new Set([role === 'gain' ? 1 : 0]));
        continue;
      }
      const std = fresh?.std ?? RANGE;
      // Of so many normal numbers, their standard deviation is within five of its own.
      expect(Math.abs(standardDeviation(value.data) / std - 1), name).toBeLessThan(
        5 / Math.sqrt(2 * value.data.length) + (fresh?.zeroRow === undefined ? 0 : 1 / tensor.shape[0]),
      );
      expect(Math.max(...value.data), name).toBeGreaterThan(2 * std);
    }
  });

  it('draws what GPT-2 adds to its residual stream smaller, the deeper it is', async () => {
    const { config } = tinyModels.find(({ architecture }) => architecture === 'gpt2')!;
    const values = await valuesOf({ ...config, ...wide, n_layer: 8, initializer_range: RANGE }, 1);
    for (const [name, ratio] of [
      ['attn.c_proj', 1 / 4],
      ['mlp.c_proj', 1 / 4],
      ['mlp.c_fc', 1],
      ['attn.c_attn', 1],
    ] as const) {
      const found = standardDeviation(values.get(`h.7.${name}.weight`)!.data) / RANGE;
      expect(found / ratio, name).toBeCloseTo(1, 1);
    }
  });

  it.each([
    ['bert', 'embeddings.word_embeddings.weight', 0],
    ['roberta', 'embeddings.word_embeddings.weight', 1],
    ['roberta', 'embeddings.position_embeddings.weight', 1],
    ['distilbert', 'embeddings.word_embeddings.weight', 0],
    ['bert', 'embeddings.position_embeddings.weight', undefined],
    ['gpt2', 'wte.weight', undefined],
  ])('%s: of %s the row of padding is zero (%s)', async (id, name, row) => {
    const { config } = tinyModels.find(({ architecture }) => architecture === id)!;
    const { shape, data } = (await valuesOf(config, 1)).get(name)!;
    const width = shape[1];
    const zero = Array.from({ length: shape[0] }, (_, i) => i).filter((i) =>
      data.subarray(i * width, (i + 1) * width).every((x) => x === 0),
    );
    expect(zero).toEqual(row === undefined ? [] : [row]);
  });

  it('is a function of seed and name, whatever else is loaded', async () => {
    const { config } = tinyModels[0];
    const [once, other] = [await valuesOf(config, 1), await valuesOf(config, 2)];
    expect(await valuesOf(config, 1)).toEqual(once);
    const names = [...once.keys()];
    const single = await openRandomModel(await configFolder(config), 1);
    for (const name of names) expect((await single.load([name])).get(name)).toEqual(once.get(name));
    const [query, key] = ['query', 'key'].map((map) => `encoder.layer.0.attention.self.${map}.weight`);
    expect(other.get(query)).not.toEqual(once.get(query));
    expect(once.get(key)).not.toEqual(once.get(query));
  });

  it('is told from another by its config.json alone', async () => {
    const { config } = tinyModels[0];
    const hashOf = async (each: JsonObject, seed: number) =>
      (await openRandomModel(await configFolder(each), seed)).hash();
    const hash = await hashOf(config, 1);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(await hashOf(config, 2)).toBe(hash);
    expect(await hashOf({ ...config, initializer_range: 0.01 }, 1)).not.toBe(hash);
  });

  it('refuses what it would draw otherwise than Transformers, and names the field', async () => {
    const { config } = tinyModels.find(({ architecture }) => architecture === 'distilbert')!;
    const dir = await configFolder({ ...config, sinusoidal_pos_embds: true });
    await expect(openRandomModel(dir, 1)).rejects.toThrow(
      `${dir}/config.json: expected sinusoidal_pos_embds to be false, found true`,
    );
    await expect(openRandomModel(join(dir, 'none'), 1)).rejects.toThrow('expected a folder, found nothing');
    const empty = await configFolder({ ...config, dim: 'wide' });
    await expect(openRandomModel(empty, 1)).rejects.toThrow(`${empty}/config.json: expected dim`);
  });

  it('needs no weights to be known, where those of a model would be missing', async () => {
    const dir = await configFolder(tinyModels[0].config);
    await writeTokenizer(dir);
    await expect(openModelFolder(dir)).rejects.toThrow('expected model.safetensors');
    expect((await readModelFacts(dir)).faults).toHaveLength(1);
    const { weights, faults } = await readModelFacts(dir, 'random');
    expect(faults).toEqual([]);
    expect(weights).toMatchObject({ missing: [], sizeBytes: 0 });
  });
});
