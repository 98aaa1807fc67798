import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openModelFolder } from '../../../src/checkpoints/modelFolder.ts';
import { readHeader, readTensors } from '../../../src/checkpoints/safetensors.ts';
import { adapterhub } from '../../../src/exports/adapterhub.ts';
import { formsOf } from '../../../src/exports/registry.ts';
import { writeModelFolder } from '../../support/checkpoints.ts';
import { exportRequest } from '../../support/exportRequest.ts';
import { tinyModels } from '../../support/tinyModel.ts';
import { suiteFolder } from '../../support/temporaryFolder.ts';

const folder = suiteFolder();
await writeModelFolder(folder);
const model = await openModelFolder(folder);

let asked = 0;
const requestOf = (methods: Readonly<Record<string, object>>) =>
  exportRequest(model, { dir: join(folder, `out${asked++}`), methods, baseModel: { id: 'org/base' } });

const prefix = { num_virtual_tokens: 2, shift_positions: false };
const json = async (...path: string[]) =>
  JSON.parse(await readFile(join(...path), 'utf8')) as Record<string, object>;

describe('a folder for the library of AdapterHub', () => {
  it('holds the adapter with its head and a card', async () => {
    const request = requestOf({ adapter: { at: ['attention'], bottleneck: 3, scaling: 2, layers: [1] } });
    const snippet = await adapterhub.write(request);
    const { dir } = request;
    expect((await readdir(dir)).sort()).toEqual([
      'README.md',
      'adapter.safetensors',
      'adapter_config.json',
      'head_config.json',
      'model_head.safetensors',
    ]);
    const text = await readFile(join(dir, 'adapter_config.json'), 'utf8');
    expect(text).toContain('"scaling": 2.0'); // an int is refused
    expect(JSON.parse(text)).toMatchObject({
      config: { mh_adapter: true, output_adapter: false, leave_out: [0], is_parallel: false },
      model_class: 'BertForSequenceClassification',
      model_name: 'org/base',
      name: 'tiny',
    });
    const at = 'bert.encoder.layer.1.attention.output.adapters.tiny';
    expect([...(await readHeader(join(dir, 'adapter.safetensors'))).tensors.keys()].sort()).toEqual(
      ['adapter_down.0.bias', 'adapter_down.0.weight', 'adapter_up.bias', 'adapter_up.weight'].map(
        (name) => `${at}.${name}`,
      ),
    );
    expect([...(await readHeader(join(dir, 'model_head.safetensors'))).tensors.keys()].sort()).toEqual([
      'classifier.bias',
      'classifier.weight',
    ]);
    expect(snippet).toContain('from_pretrained("org/base", id2label=');
    expect(snippet).toContain('use_safetensors=True');
  });

  it.each([
    [{ prefix_tuning: prefix, adapter: {} }, ['prefix_tuning', undefined]],
    [{ prefix_tuning: prefix, lora: {}, adapter: {} }, ['prefix_tuning', 'lora', undefined]],
    [{ adapter: [{ at: ['attention'] }, { at: ['ffn'], form: 'parallel' }] }, [undefined, undefined]],
  ])('unites several methods: %j', async (methods, architectures) => {
    const request = requestOf(methods);
    await adapterhub.write(request);
    const { config } = (await json(request.dir, 'adapter_config.json')) as {
      config: { architecture: string; configs: { architecture?: string }[] };
    };
    expect(config.architecture).toBe('union');
    expect(config.configs.map(({ architecture }) => architecture)).toEqual(architectures);
  });

  it('asks for the attention that the library is right with, where it has a prefix', async () => {
    const dir = join(folder, 'distilbert');
    await mkdir(dir);
    const { config } = tinyModels.find(({ architecture }) => architecture === 'distilbert')!;
    await writeModelFolder(dir, { config });
    const distilbert = await openModelFolder(dir);
    const written = async (name: string, methods: Readonly<Record<string, object>>) => {
      const request = exportRequest(distilbert, { dir: join(folder, name), methods });
      const snippet = await adapterhub.write(request);
      const keys = [...(await readHeader(join(request.dir, 'adapter.safetensors'))).tensors.keys()];
      return { snippet, keys };
    };
    const withPrefix = await written('distilbert-prefix', { prefix_tuning: prefix });
    expect(withPrefix.snippet).toContain(', attn_implementation="eager")');
    expect(withPrefix.keys).toContain('distilbert.prefix_tuning.prefix_tunings.tiny.self.control_trans');
    expect((await written('distilbert-adapter', { adapter: {} })).snippet).not.toContain(
      'attn_implementation',
    );
  });

  it('merges what the library has not into a base of its own', async () => {
    const request = requestOf({ ln_tuning: {}, lora: {}, ia3: {}, adapter: {} });
    const snippet = await adapterhub.write(request);
    const { dir, adapter } = request;
    expect((await readdir(dir)).sort()).toEqual(['README.md', 'adapter', 'base']);
    const base = await openModelFolder(join(dir, 'base'));
    const gain = 'encoder.layer.0.output.LayerNorm.weight';
    expect((await base.load([gain])).get(gain)).toEqual(adapter.tensors.get(gain));
    const query = 'encoder.layer.0.attention.self.query.weight';
    expect((await base.load([query])).get(query)).not.toEqual((await model.load([query])).get(query));
    const kept = await readTensors(await readHeader(join(dir, 'adapter', 'adapter.safetensors')));
    expect([...kept.keys()].filter((key) => !key.includes('.adapters.tiny.'))).toEqual([]);
    expect(snippet).toContain(`from_pretrained(${JSON.stringify(`${dir}/base`)})`);
    expect(snippet).toContain(`load_adapter(${JSON.stringify(`${dir}/adapter`)}, `);
  });

  it.each([
    [{ head_only: {} }, /no adapter that is the head alone/, ['merged', 'torch']],
    [{ ln_tuning: {} }, /AdapterHub has no LN-tuning/, ['peft', 'merged', 'torch']],
    [
      { ia3: {} },
      /scales outputs of linear maps alone, but the run scales inputs too/,
      ['peft', 'merged', 'torch'],
    ],
    [
      { prefix_tuning: { num_virtual_tokens: 2 }, adapter: {} },
      /leaves the positions.*but the run shifted them/,
      ['torch'],
    ],
    [
      { adapter: [{ at: ['ffn'] }, { at: ['ffn'], form: 'parallel' }] },
      /one Adapter at a place, but the run has several/,
      ['torch'],
    ],
    [
      { lora: { target_modules: ['attention_output'] } },
      /no LoRA or \(IA\)3 at the output map of attention/,
      ['peft', 'merged', 'torch'],
    ],
    [
      { lora: { target_modules: ['encoder.layer.0.attention.self.query', 'value'] } },
      /the targets differ between layers/,
      ['peft', 'merged', 'torch'],
    ],
    [
      { lora: {}, ia3: { target_modules: ['key'], feedforward_modules: [] } },
      /takes one of LoRA and \(IA\)3 alone/,
      ['merged', 'torch'],
    ],
  ])('is not there for %j, which has other forms', (methods, reason, forms) => {
    const request = requestOf(methods);
    expect(adapterhub.refusal(request)).toMatch(reason);
    expect(formsOf(request)).toEqual(forms);
  });
});
