import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAdapter } from '../../../src/checkpoints/adapterFolder.ts';
import { openModelFolder } from '../../../src/checkpoints/modelFolder.ts';
import { merged } from '../../../src/exports/merged.ts';
import { torch } from '../../../src/exports/torch.ts';
import { writeModelFolder } from '../../support/checkpoints.ts';
import { exportRequest } from '../../support/exportRequest.ts';
import { methodExamples, unionExamples } from '../../support/methodExamples.ts';
import { suiteFolder } from '../../support/temporaryFolder.ts';

const folder = suiteFolder();
await writeModelFolder(folder);
const model = await openModelFolder(folder);

let written = 0;
async function exported(methods: Readonly<Record<string, object>>, task: Record<string, string> = {}) {
  const dir = join(folder, `out${written++}`);
  const request = exportRequest(model, {
    dir,
    methods,
    task,
    baseModel: { id: 'org/base', revision: 'abc' },
  });
  const snippet = await torch.write(request);
  const script = await readFile(join(dir, 'load_adapter.py'), 'utf8');
  const { torch: uses } = JSON.parse(await readFile(join(dir, 'adapter.json'), 'utf8')) as { torch: unknown };
  return { dir, request, snippet, script, uses };
}

describe('a folder with its own script', () => {
  it('holds the adapter as the product reads it, the script, and a card that says how to load it', async () => {
    const { dir, request, snippet } = await exported({ ln_tuning: {}, lora: {} });
    expect((await readdir(dir)).sort()).toEqual([
      'README.md',
      'adapter.json',
      'adapter.safetensors',
      'load_adapter.py',
    ]);
    const base = { ...request.adapter.base, model: 'org/base', revision: 'abc' };
    expect(await readAdapter(dir)).toEqual({ ...request.adapter, base });
    expect(snippet).toContain(
      'BertForSequenceClassification.from_pretrained("org/base", revision="abc", id2label=',
    );
    const card = await readFile(join(dir, 'README.md'), 'utf8');
    expect(card).toContain('base_model: org/base');
    expect(card).toContain('from load_adapter import load_adapter');
  });

  it('has a script with the functions of the union alone, and what they are to do', async () => {
    const { script, uses } = await exported({ lora: { r: 2, lora_alpha: 3 }, ln_tuning: {} });
    expect(script.match(/^(?:def|class) (\w+)/gm)).toEqual(['def load_adapter', 'def lora']);
    expect(script).toContain('METHODS = {"lora": lora}');
    expect(uses).toEqual([
      {
        method: 'lora',
        arguments: {
          modules: [0, 1].flatMap((layer) =>
            ['query', 'value'].map((name) => `encoder.layer.${layer}.attention.self.${name}`),
          ),
          scale: 1.5,
        },
      },
    ]);
  });

  it('has each function once, whatever uses it, in the order of the methods', async () => {
    const two = [{ at: ['attention'] }, { form: 'parallel' }];
    const { script, uses } = await exported({ adapter: two, prefix_tuning: { num_virtual_tokens: 2 } });
    expect(script).toContain('METHODS = {"prefix_tuning": prefix_tuning, "adapter": adapter}');
    expect(script.match(/^def adapter/gm)).toHaveLength(1);
    expect((uses as { method: string }[]).map(({ method }) => method)).toEqual([
      'prefix_tuning',
      'adapter',
      'adapter',
    ]);
  });

  it('brings the head of mean pooling, which no class of Transformers has', async () => {
    const { script, snippet } = await exported({ ln_tuning: {} }, { pooling: 'mean' });
    expect(script).toContain('def classify(model, input_ids, attention_mask');
    expect(snippet).toContain('load_adapter(AutoModel.from_pretrained("org/base", revision="abc"), ');
    expect((await exported({ ln_tuning: {} })).script).not.toContain('classify');
  });

  it('brings whatever head the task says that its class has not', async () => {
    const given = exportRequest(model, {
      dir: join(folder, 'own'),
      methods: { ln_tuning: {} },
      baseModel: { id: 'org/base' },
    });
    const head = { modules: '    model.own = nn.Identity()\n', function: 'own', python: 'def own(model):\n' };
    const ownHead = () => ({ does: 'has its own', asClass: 'head: class', torch: head });
    const request = { ...given, task: { ...given.task, ownHead } };
    expect(torch.refusal(request)).toBeUndefined();
    expect(merged.refusal(request)).toMatch(
      /^the run has its own, but .* the form torch brings the run's own$/,
    );
    expect(await torch.write(request)).toMatch(/^from load_adapter import load_adapter, own$/m);
    const script = await readFile(join(given.dir, 'load_adapter.py'), 'utf8');
    expect(script).toContain(head.modules);
    expect(script).toContain(head.python);
  });

  it.each([...methodExamples, ...unionExamples])('can be read: $name', async ({ use }) => {
    const { script } = await exported(use);
    const lines = script.split('\n');
    expect(lines.length).toBeLessThan(200);
    expect(lines.filter((line) => line.length > 120)).toEqual([]);
    expect(script.match(/workbench/gi)).toHaveLength(1);
    expect(script).toMatch(/^# Written by PEFT Workbench\. SPDX-License-Identifier: Apache-2\.0/m);
    const imported = [...script.matchAll(/^(?:from|import) (\w+)/gm)].map(([, name]) => name);
    expect(
      imported.filter(
        (name) => !['json', 'pathlib', 'types', 'torch', 'transformers', 'safetensors'].includes(name),
      ),
    ).toEqual([]);
  });
});
