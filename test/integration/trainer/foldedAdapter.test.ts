import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readAdapter } from '../../../src/checkpoints/adapterFolder.ts';
import { readRun } from '../../../src/runs/runFolder.ts';
import { runCommand } from '../../support/runCommand.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyRecipe } from '../../support/tinyWorkspace.ts';
import { trainedRun } from '../../support/trainedRun.ts';

const methods = `methods:
  ln_tuning: {}
  prefix_tuning: { num_virtual_tokens: 3, prefix_projection: true, encoder_hidden_size: 5, learning_rate: 1.0e-2 }
  adapter: [{ at: [attention], bottleneck: 2 }, { form: parallel, bottleneck: 3, scaling: learned }]
`;

it('the adapter of a union with a projected prefix holds the prefix itself, and computes what the run did', async () => {
  const dir = await temporaryFolder();
  const recipe = tinyRecipe
    .replace('methods:\n  ln_tuning: {}\n', methods)
    .replace('max_length: 16', 'max_length: 12');
  const runDir = await trainedRun(dir, { recipe });
  const run = await readRun(runDir);
  if ('problem' in run) throw new Error(run.problem);
  expect(run.record).toMatchObject({ status: 'finished' });

  const adapter = await readAdapter(join(runDir, 'adapter'));
  expect(adapter.methods.map(({ id }) => id)).toEqual(['ln_tuning', 'prefix_tuning', 'adapter', 'adapter']);
  expect(adapter.methods[1].fields).toMatchObject({ num_virtual_tokens: 3, prefix_projection: false });
  const prefix = [...adapter.tensors.keys()].filter((name) => name.startsWith('prefix.'));
  expect(prefix).toEqual(['prefix.prompt_embeddings']);
  const stored = [...adapter.tensors].reduce((sum, [, { data }]) => sum + data.length, 0);
  expect(stored).toBe(adapter.parameters.stored + adapter.parameters.head);

  const plan = await runCommand(['plan', 'tiny.peft.yaml', '--no-measure', '--json'], { cwd: dir });
  expect(plan).toMatchObject({ status: 0, err: '' });
  const { variants } = JSON.parse(plan.out) as { variants: { parameters: object }[] };
  expect(variants[0].parameters).toMatchObject(adapter.parameters);

  const args = ['evaluate', 'tiny.peft.yaml', '--adapter', join(runDir, 'adapter'), '--json'];
  const { status, out, err } = await runCommand(args, { cwd: dir });
  expect({ status, err }).toEqual({ status: 0, err: '' });
  const { metrics } = JSON.parse(out) as { metrics: Record<string, number> };
  for (const [name, value] of Object.entries(metrics))
    expect(value, name).toBeCloseTo(run.record.summary!.best[`validation/${name}`], 5);
});
