import { availableParallelism } from 'node:os';

/** Threads of one session: `OMP_NUM_THREADS` where it is a whole number above zero, as for PyTorch; else all of the machine. */
export function threadCount(env: Readonly<Record<string, string | undefined>>): number {
  const wanted = env.OMP_NUM_THREADS ?? '';
  return /^[1-9]\d*$/.test(wanted) ? Number(wanted) : availableParallelism();
}
