import { mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/core/errors.ts';
import { floatTensor, intTensor } from '../../../src/core/tensor.ts';
import { readModelFacts } from '../../../src/checkpoints/facts.ts';
import { openModelFolder, readModelConfig } from '../../../src/checkpoints/modelFolder.ts';
import { writeSafetensors } from '../../../src/checkpoints/safetensors.ts';
import { hashWeights } from '../../../src/checkpoints/weightFiles.ts';
import {
  randomWeights,
  temporaryFolder,
  tinyConfig,
  writeModelFolder,
  writeTokenizer,
} from '../../support/checkpoints.ts';

const POOLER = ['pooler.dense.weight', 'pooler.dense.bias'];

async function refusal(dir: string): Promise<string> {
  const error: unknown = await openModelFolder(dir).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(UserError);
  return (error as UserError).message;
}

/** Splits the weights of a folder into two shards with an index. */
async function shard(dir: string): Promise<Record<string, string>> {
  const entries = [...randomWeights()];
  const files = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
  const parts = [entries.slice(0, 9), entries.slice(9)];
  await rm(join(dir, 'model.safetensors'));
  await Promise.all(parts.map((part, i) => writeSafetensors(join(dir, files[i]), new Map(part), {})));
  const weightMap = Object.fromEntries(parts.flatMap((part, i) => part.map(([name]) => [name, files[i]])));
  await writeIndex(dir, weightMap);
  return weightMap;
}

async function writeIndex(dir: string, weight_map: unknown): Promise<void> {
  await writeFile(join(dir, 'model.safetensors.index.json'), JSON.stringify({ metadata: {}, weight_map }));
}

describe('real hub files', () => {
  const old = (name: string) =>
    `bert.${name}`.replace('LayerNorm.weight', 'LayerNorm.gamma').replace('LayerNorm.bias', 'LayerNorm.beta');

  it.each<[string, (name: string) => string]>([
    ['no prefix', (name) => name],
    ['prefix', (name) => `bert.${name}`],
    ['prefix, gamma and beta', old],
  ])('%s: every tensor by its canonical name', async (_, nameOf) => {
    const dir = await temporaryFolder();
    await writeModelFolder(dir, { nameOf });
    const model = await openModelFolder(dir);
    expect(model.architecture.id).toBe('bert');
    expect(model.shape.layers).toBe(2);
    expect(model.missing).toEqual([]);
    expect(await model.load(model.tensors.keys())).toEqual(randomWeights());
  });

  it('drops buffers and keeps heads under their own names', async () => {
    const dir = await temporaryFolder();
    const weights = randomWeights()
      .set('embeddings.position_ids', intTensor([1, 4], [0, 1, 2, 3]))
      .set('classifier.weight', floatTensor([3, 8], new Float32Array(24)))
      .set('cls.predictions.transform.LayerNorm.gamma', floatTensor([8], new Float32Array(8)));
    await writeModelFolder(dir, { weights });
    const { tensors } = await openModelFolder(dir);
    expect(tensors.has('embeddings.position_ids')).toBe(false);
    expect(tensors.get('classifier.weight')).toMatchObject({ shape: [3, 8], dtype: 'F32' });
    expect(tensors.has('cls.predictions.transform.LayerNorm.weight')).toBe(true);
  });

  it('lists a missing pooler', async () => {
    const dir = await temporaryFolder();
    const weights = randomWeights();
    POOLER.forEach((name) => weights.delete(name));
    await writeModelFolder(dir, { weights });
    expect((await openModelFolder(dir)).missing).toEqual(POOLER);
  });

  it('reads shards', async () => {
    const dir = await temporaryFolder();
    await writeModelFolder(dir);
    await shard(dir);
    const model = await openModelFolder(dir);
    const shards = (await readdir(dir)).filter((name) => name.endsWith('.safetensors'));
    expect(shards).toHaveLength(2);
    expect(await model.hash()).toBe(await hashWeights(shards.sort().map((name) => join(dir, name))));
    expect(await model.load(model.tensors.keys())).toEqual(randomWeights());
  });

  it('follows the links of the Hugging Face cache, and no others that leave the folder', async () => {
    const root = await temporaryFolder();
    const repository = join(root, 'models--tiny--bert');
    const snapshot = join(repository, 'snapshots', '0a1b');
    await mkdir(snapshot, { recursive: true });
    await mkdir(join(repository, 'blobs'));
    await writeModelFolder(snapshot);
    await rename(join(snapshot, 'model.safetensors'), join(repository, 'blobs', 'f00d'));
    await symlink('../../blobs/f00d', join(snapshot, 'model.safetensors'));
    const model = await openModelFolder(snapshot);
    expect(await model.hash()).toBe(await hashWeights([join(repository, 'blobs', 'f00d')]));

    const folder = join(root, 'model');
    await mkdir(folder);
    await writeModelFolder(folder);
    await rm(join(folder, 'model.safetensors'));
    await symlink(join(repository, 'blobs', 'f00d'), join(folder, 'model.safetensors'));
    expect(await refusal(folder)).toMatch(/found a link to .*f00d/);

    await symlink(snapshot, join(root, 'linked')); // the folder itself may be a link
    expect((await openModelFolder(join(root, 'linked'))).missing).toEqual([]);
  });
});

describe('unusable folders', () => {
  it('missing, empty, a file', async () => {
    const dir = await temporaryFolder();
    expect(await refusal(join(dir, 'none'))).toMatch(/expected a folder, found nothing/);
    expect(await refusal(dir)).toMatch(/found an empty one/);
    await writeFile(join(dir, 'file'), '');
    expect(await refusal(join(dir, 'file'))).toMatch(/expected a folder, found a file/);
    expect(await refusal(dir)).toMatch(/config\.json: expected a file, found nothing/);
  });

  it.each<[string, string | object, RegExp]>([
    ['not JSON', '{"model_type": bert}', /config\.json: expected a JSON object/],
    ['a list', '[]', /found a list/],
    ['not UTF-8', '\u00ff', /expected a JSON object/],
    ['no model_type', {}, /config\.json: model_type is missing/],
    ['unknown architecture', { model_type: 'berd' }, /model_type is "berd".*did you mean "bert"/],
    [
      'sizes that do not divide',
      { ...tinyConfig, num_attention_heads: 3 },
      /config\.json: expected hidden_size/,
    ],
  ])('config.json: %s', async (_, config, message) => {
    const dir = await temporaryFolder();
    const text = typeof config === 'string' ? Buffer.from(config, 'latin1') : JSON.stringify(config);
    await writeFile(join(dir, 'config.json'), text);
    const found = await refusal(dir);
    expect(found).toMatch(message);
    expect(found).toContain(join(dir, 'config.json'));
  });

  it('without weights', async () => {
    const dir = await temporaryFolder();
    await writeFile(join(dir, 'config.json'), JSON.stringify(tinyConfig));
    expect((await readModelConfig(dir)).shape.hiddenSize).toBe(8);
    expect(await refusal(dir)).toMatch(/expected model.safetensors or .*, found neither/);
    await writeFile(join(dir, 'pytorch_model.bin'), '');
    expect(await refusal(dir)).toMatch(/pytorch_model\.bin: .*can execute code[^]*safe_serialization=True/);
  });

  it('missing tensors, the first few by name', async () => {
    const dir = await temporaryFolder();
    const weights = new Map([...randomWeights()].filter(([name]) => !name.startsWith('encoder.layer.1.')));
    await writeModelFolder(dir, { weights });
    expect(await refusal(dir)).toMatch(
      /"encoder.layer.1.attention.self.query.weight", .* and 13 more are missing/,
    );
  });

  it('wrong shapes and element types', async () => {
    const dir = await temporaryFolder();
    const name = 'embeddings.LayerNorm.weight';
    const weights = randomWeights();
    await writeModelFolder(dir, { weights: weights.set(name, floatTensor([4], [1, 2, 3, 4])) });
    expect(await refusal(dir)).toMatch(/"embeddings.LayerNorm.weight" to have shape \[8\], .* found \[4\]/);
    await writeModelFolder(dir, { weights: weights.set(name, intTensor([8], new Int32Array(8))) });
    expect(await refusal(dir)).toMatch(/"embeddings.LayerNorm.weight" to be F32, F16 or BF16, found I32/);
  });

  it('one tensor under two names', async () => {
    const dir = await temporaryFolder();
    const gamma = floatTensor([8], new Float32Array(8));
    await writeModelFolder(dir, { weights: randomWeights().set('bert.embeddings.LayerNorm.gamma', gamma) });
    expect(await refusal(dir)).toMatch(/"bert.embeddings.LayerNorm.gamma" and "embeddings.LayerNorm.weight"/);
  });

  it('shards that do not match their index', async () => {
    const dir = await temporaryFolder();
    await writeModelFolder(dir);
    const weightMap = await shard(dir);
    const [first] = Object.values(weightMap);
    for (const bad of ['../model.safetensors', '/etc/passwd', 'a\\b.safetensors', 'x.bin', 7, null]) {
      await writeIndex(dir, { ...weightMap, x: bad });
      expect(await refusal(dir)).toMatch(/expected shards to be names/);
    }
    await writeIndex(dir, { ...weightMap, x: first });
    expect(await refusal(dir)).toMatch(/expected tensor "x" in model-00001/);
    await writeIndex(dir, { ...weightMap, x: 'model-00003-of-00003.safetensors' });
    expect(await refusal(dir)).toMatch(/model-00003-of-00003\.safetensors: expected a file, found nothing/);
    await writeIndex(dir, []);
    expect(await refusal(dir)).toMatch(/expected weight_map to be a mapping/);
  });
});

it('a hash tells weights apart', async () => {
  const dir = await temporaryFolder();
  await writeModelFolder(dir);
  const files = [join(dir, 'model.safetensors')];
  const before = await hashWeights(files);
  expect(before).toMatch(/^[0-9a-f]{64}$/);
  await writeModelFolder(dir);
  expect(await hashWeights(files)).toBe(before);
  await writeModelFolder(dir, { weights: randomWeights().set('classifier.bias', floatTensor([1], [1])) });
  expect(await hashWeights(files)).not.toBe(before);
});

describe('facts', () => {
  it('come from configuration, headers and tokenizer, and are read anew when a file changes', async () => {
    const dir = await temporaryFolder();
    await writeModelFolder(dir);
    await writeTokenizer(dir);
    const facts = await readModelFacts(dir);
    expect(facts).toMatchObject({
      architectureId: 'bert',
      weights: { missing: [] },
      faults: [],
    });
    expect(facts.tokenizer).toEqual({ vocabularySize: 38, maxLength: 32 });
    expect(await readModelFacts(dir)).toBe(facts);
    await rm(join(dir, 'tokenizer.json'));
    expect((await readModelFacts(dir)).tokenizer).toBeUndefined();
  });

  it('hold what config.json alone tells, with the faults of the rest', async () => {
    const dir = await temporaryFolder();
    await writeFile(join(dir, 'config.json'), JSON.stringify(tinyConfig));
    const { shape, weights, tokenizer, faults } = await readModelFacts(dir);
    expect(shape.layers).toBe(2);
    expect([weights, tokenizer]).toEqual([undefined, undefined]);
    expect(faults.map(({ message }) => message)).toEqual([
      expect.stringMatching(/model.safetensors/),
      expect.stringMatching(/tokenizer.json/),
    ]);
  });
});
