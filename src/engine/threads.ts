import { availableParallelism, cpus } from 'node:os';
import { plural } from '../core/display.ts';
import type { Environment } from '../core/environment.ts';

/** Threads of one session: `OMP_NUM_THREADS` where it is a whole number above zero, as for PyTorch; else all of the machine. */
export function threadCount(env: Environment): number {
  const wanted = env.OMP_NUM_THREADS ?? '';
  return /^[1-9]\d*$/.test(wanted) ? Number(wanted) : availableParallelism();
}

/** The processor as a device, for the run's record. */
export function processorName(env: Environment): string {
  return `${cpus()[0]?.model.trim() ?? 'CPU'} (${plural(threadCount(env), 'thread')})`;
}
