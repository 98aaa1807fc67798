import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { speedFile } from '../../../src/facts/machineSpeed.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { runCommand } from '../../support/runCommand.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyRecipe, writeTinyWorkspace } from '../../support/tinyWorkspace.ts';

const planned = (out: string) => (JSON.parse(out) as { variants: Plan[] }).variants[0];

it('plan measures once, and then knows the time', { timeout: 120_000 }, async () => {
  const recipe = tinyRecipe.replace(/^seeds:.*$/m, '') + 'seeds: [1, 2]\n';
  const cwd = dirname(await writeTinyWorkspace(temporaryFolder(), { recipe }));
  const env = { XDG_CACHE_HOME: temporaryFolder() };
  const plan = (...args: string[]) => runCommand(['plan', 'tiny.peft.yaml', ...args], { cwd, env });

  const without = await plan('--no-measure', '--json');
  expect(without).toMatchObject({ status: 0, err: '' });
  expect(planned(without.out).time).toBeUndefined();

  const first = await plan('--json');
  expect(first.err).toMatch(/^measuring this machine, once/);
  const { time } = planned(first.out);
  expect(time!.secondsPerStep).toBeGreaterThan(0);
  expect(time!.secondsPerRun).toBeGreaterThan(time!.stepsPerRun! * time!.secondsPerStep * 0.999);
  const { mtimeMs } = await stat(speedFile(env));

  const second = await plan();
  expect(second.err).toBe('');
  expect(second.out).toMatch(/\n {2}time +about [\d.]+ s a step, .* a run \(\d+ steps\), .* for 2 seeds\n/);
  expect((await stat(speedFile(env))).mtimeMs).toBe(mtimeMs);

  const { steps } = JSON.parse(await readFile(speedFile(env), 'utf8')) as {
    steps: { name: string; seconds: number; work: { products: number } }[];
  };
  const seconds = Object.fromEntries(steps.map((step) => [step.name, step.seconds]));
  // Four times the arithmetic.
  const ofWidth = (width: number) => seconds[`ln_tuning, 2 layers of ${width}, 32 x 32 tokens`];
  expect(ofWidth(768)).toBeGreaterThan(1.5 * ofWidth(384));
});

it('ends where it is asked to', async () => {
  const signal = AbortSignal.abort();
  const env = { XDG_CACHE_HOME: temporaryFolder() };
  expect(await runCommand(['measure'], { cwd: temporaryFolder(), env, signal })).toMatchObject({
    status: 130,
  });
  await expect(stat(speedFile(env))).rejects.toThrow('ENOENT');
});
