import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dispatch } from '../../../src/cli/dispatch.ts';
import { command } from '../../../src/cli/plan.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { tinyConfig } from '../../support/checkpoints.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyRecipe, writeTinyWorkspace } from '../../support/tinyWorkspace.ts';

const VARIANTS = `variants:
  LN: {}
  head only: { methods: { head_only: {} } }
`;

async function plan(cwd: string, ...args: string[]) {
  let [out, err] = ['', ''];
  const io = {
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (err += text) },
    isTerminal: false,
    cwd,
    env: {},
  };
  const status = await dispatch(
    [command],
    ['plan', 'tiny.peft.yaml', '--no-measure', ...args],
    io,
    new AbortController().signal,
  );
  return { status, out, err };
}

const plansOf = ({ out }: { out: string }) => (JSON.parse(out) as { variants: Plan[] }).variants;

describe('plan', () => {
  it('prints one object with every variant', async () => {
    const dir = dirname(await writeTinyWorkspace(temporaryFolder(), { recipe: tinyRecipe + VARIANTS }));
    const { status, out } = await plan(dir, '--json');
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ model: './model' });
    const [ln, head] = plansOf({ out });
    const { hidden_size: d, num_hidden_layers: layers } = tinyConfig;
    expect(ln).toMatchObject({
      name: 'LN',
      parameters: { trained: 4 * d * layers + 2 * d, head: 2 * d + 2 },
    });
    expect(head).toMatchObject({ name: 'head only', parameters: { trained: 0 }, backward: {} });
    expect(ln.typical?.length).toBeLessThanOrEqual(16);
    expect(ln.notes).toEqual([]);
  });

  it('prints tables, or those of the variants named', async () => {
    const dir = dirname(await writeTinyWorkspace(temporaryFolder(), { recipe: tinyRecipe + VARIANTS }));
    const { out } = await plan(dir, '--variant', 'LN');
    expect(out).toMatch(/^LN\n {2}base model .* parameters\n {2}trained {8}80 \(/);
    expect(out).toMatch(/\n {6}1 {2}ffn {9}ln_tuning {8}2 {10}16\n/);
    expect(out).not.toContain('head only');
    const unknown = await plan(dir, '--variant', 'LNN');
    expect([unknown.status, unknown.err]).toEqual([
      2,
      expect.stringContaining('--variant: expected one of "LN", "head only"'),
    ]);
  });

  it('puts several variants side by side first', async () => {
    const dir = dirname(await writeTinyWorkspace(temporaryFolder(), { recipe: tinyRecipe + VARIANTS }));
    const lines = (await plan(dir)).out.split('\n');
    expect(lines[0]).toMatch(/^variant +trained +% +stored +head +GFLOP\/step +memory/);
    expect(lines[1]).toMatch(/^LN +80 /);
    expect(lines[2]).toMatch(/^head only +0 +0\.0000 +0 /);
    expect(lines.slice(3, 5)).toEqual(['', 'LN']);
  });

  it('needs config.json alone, and writes nothing', async () => {
    const dir = temporaryFolder();
    await mkdir(join(dir, 'model'));
    await writeFile(join(dir, 'model', 'config.json'), JSON.stringify(tinyConfig));
    await writeFile(join(dir, 'tiny.peft.yaml'), tinyRecipe);
    const outcome = await plan(dir, '--json');
    expect(outcome).toMatchObject({ status: 0, err: '' });
    const [only] = plansOf(outcome);
    expect(only.notes).toEqual(['assumes 2 classes']);
    expect(only.typical).toBeUndefined();
    expect((await readdir(dir)).sort()).toEqual(['model', 'tiny.peft.yaml']);
  });

  it('a model that cannot be planned is unusable input', async () => {
    const dir = dirname(await writeTinyWorkspace(temporaryFolder()));
    await rm(join(dir, 'model', 'config.json'));
    const { status, out, err } = await plan(dir);
    expect([status, out]).toEqual([2, '']);
    expect(err).toMatch(/tiny\.peft\.yaml:2:8: error unusable-model .*config\.json/);
  });

  it('so are fields that the model has no place for', async () => {
    const recipe = tinyRecipe.replace('ln_tuning: {}', 'ln_tuning: { layers: [7] }');
    const dir = dirname(await writeTinyWorkspace(temporaryFolder(), { recipe }));
    expect(await plan(dir)).toMatchObject({
      status: 2,
      err: expect.stringContaining('beyond-model') as string,
    });
  });
});
