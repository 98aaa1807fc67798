import type { Environment } from './setupPlace.ts';
import { threadCount } from './threads.ts';

/**
 * What TensorFlow reads from the environment of the process, where the user has not set it: warnings and errors alone are told, as many
 * threads as for the other executors, and memory of a graphics adapter is taken as it is needed, not all at once.
 */
export function tensorflowEnvironment(env: Environment): Record<string, string> {
  return {
    TF_CPP_MIN_LOG_LEVEL: env.TF_CPP_MIN_LOG_LEVEL ?? '1',
    TF_NUM_INTRAOP_THREADS: env.TF_NUM_INTRAOP_THREADS ?? String(threadCount(env)),
    TF_FORCE_GPU_ALLOW_GROWTH: env.TF_FORCE_GPU_ALLOW_GROWTH ?? 'true',
  };
}
