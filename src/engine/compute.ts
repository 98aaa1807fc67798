import type { HostTensors } from '../core/tensor.ts';
import type { Program } from '../program/program.ts';
import { executors, resolveExecutor } from './registry.ts';

/** Runs a program without state once, on the fastest executor that there is, and returns its results. Its inputs are only read. */
export async function compute(program: Program, tensors: HostTensors): Promise<HostTensors> {
  const executor = await executors[resolveExecutor('auto')]();
  const executable = await executor.compile(program);
  const inputs = { frozen: executor.store(tensors), state: executor.store(new Map()), feeds: {} };
  const results = await executable.run(inputs);
  await executable.dispose();
  await executor.dispose();
  return new Map(Object.entries(results));
}
