import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/core/errors.ts';
import { floatTensor, type HostTensors } from '../../../src/core/tensor.ts';
import { readAdapter, writeAdapter, type Adapter } from '../../../src/checkpoints/adapterFolder.ts';
import { temporaryFolder } from '../../support/checkpoints.ts';

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
