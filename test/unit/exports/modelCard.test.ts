import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { openModelFolder } from '../../../src/checkpoints/modelFolder.ts';
import { modelCard } from '../../../src/exports/modelCard.ts';
import { exportRequest } from '../../support/exportRequest.ts';
import { tinyBert } from '../../support/tinyBert.ts';

it('a model card shows names as text, whatever stands in them', async () => {
  const request = exportRequest(await openModelFolder(tinyBert.model), {
    dir: '/nowhere',
    methods: { ln_tuning: {}, lora: {} },
    labels: ['a | b', '<script>'],
    baseModel: { id: 'owner/base', revision: 'main' },
  });
  const adapter = { ...request.adapter, recipe: '---\n# [x](y) _z_', variant: 'ln_tuning' };
  const card = modelCard({ ...request, adapter }, { library: 'peft', howToLoad: 'x = 1\n' });

  const [, head, body] = card.split('---\n', 3);
  expect(parse(head)).toEqual({
    library_name: 'peft',
    base_model: 'owner/base',
    pipeline_tag: 'text-classification',
    tags: ['peft-workbench', 'ln-tuning', 'lora'],
  });
  expect(body).toContain('\n# --- \\# \\[x\\](y) \\_z\\_: ln_tuning\n');
  expect(body).toContain('\n- Labels: a \\| b, \\<script\\>\n');
  expect(body).toContain('\n| validation/accuracy | 0.75 | 1 |\n');
  expect(body).toMatch(/\n\| lora \| r: 8, .*target_modules: \\\[query, value\\\].* \|\n/);
  expect(body.endsWith('```python\nx = 1\n```\n')).toBe(true);
});
