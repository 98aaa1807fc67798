import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openModelFolder } from '../../../src/checkpoints/modelFolder.ts';
import { readHeader } from '../../../src/checkpoints/safetensors.ts';
import { merged } from '../../../src/exports/merged.ts';
import { randomWeights, writeModelFolder, writeTokenizer } from '../../support/checkpoints.ts';
import { exportRequest } from '../../support/exportRequest.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

async function baseFolder() {
  const dir = temporaryFolder();
  await writeModelFolder(dir);
  await writeTokenizer(dir);
  return openModelFolder(dir);
}

describe('a merged folder', () => {
  it('is a model folder with the trained tensors, the head, the labels, the tokenizer and a card', async () => {
    const model = await baseFolder();
    const dir = join(temporaryFolder(), 'merged');
    const request = exportRequest(model, {
      dir,
      methods: { ln_tuning: { layers: [0] } },
      labels: ['bad', 'good'],
      baseModel: { id: null },
    });
    const snippet = await merged.write(request);

    expect(snippet).toContain(`.from_pretrained(${JSON.stringify(dir)})`);
    expect((await readdir(dir)).sort()).toEqual([
      'README.md',
      'config.json',
      'model.safetensors',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
    const opened = await openModelFolder(dir);
    expect(opened.config).toMatchObject({
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
    const expected = new Map([...randomWeights(), ...request.adapter.tensors]);
    expect(await opened.load(opened.tensors.keys())).toEqual(expected);
  });

  it('has no tensor of a method that is merged, and each base tensor once', async () => {
    const model = await baseFolder();
    const dir = join(temporaryFolder(), 'merged');
    const methods = { bitfit: {}, lora: { target_modules: ['query', 'ffn_out'] }, ia3: {} };
    const request = exportRequest(model, { dir, methods });
    await merged.write(request);
    const opened = await openModelFolder(dir);
    expect([...opened.tensors.keys()].sort()).toEqual(
      [...randomWeights().keys(), 'classifier.bias', 'classifier.weight'].sort(),
    );

    // A bias that was trained and then scaled.
    const path = 'encoder.layer.0.attention.self.key';
    const of = (name: string) => request.adapter.tensors.get(name)!.data;
    const found = (await opened.load([`${path}.bias`])).get(`${path}.bias`)!.data;
    const scale = of(`${path}.ia3_l`);
    expect([...found]).toEqual([...of(`${path}.bias`)].map((x, i) => Math.fround(x * scale[i])));
  });

  it('leaves nothing behind where the base weights break off', async () => {
    const model = await baseFolder();
    await writeFile(join(model.dir, 'model.safetensors'), 'gone');
    const root = temporaryFolder();
    const request = exportRequest(model, { dir: join(root, 'merged'), methods: { ln_tuning: {} } });
    await expect(merged.write(request)).rejects.toThrow(/ended at byte/);
    expect(await readdir(root)).toEqual([]);
  });
});
