import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Environment } from '../core/environment.ts';
import { resolveExecutor } from '../engine/registry.ts';
import { speedFile, thisMachine, type MachineSpeed } from '../facts/machineSpeed.ts';
import { writeJson } from '../files/atomicWrite.ts';
import { measureSteps } from '../trainer/measureSteps.ts';

/** Runs the steps of `measureSteps` on what `auto` means here, and keeps what they took for every later plan. */
export async function measureMachine(env: Environment, signal: AbortSignal): Promise<MachineSpeed> {
  const executor = resolveExecutor('auto');
  const speed = { ...thisMachine(executor, env), steps: await measureSteps(executor, signal) };
  const file = speedFile(env);
  await mkdir(dirname(file), { recursive: true });
  await writeJson(file, speed);
  return speed;
}
