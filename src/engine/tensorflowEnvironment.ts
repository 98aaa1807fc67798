import type { Environment } from '../core/environment.ts';
import { threadCount } from './threads.ts';

/**
 * What TensorFlow reads from the environment of the process, where the user has not set it: warnings and errors alone are told, as many
 * threads as for the other executors, and memory of a graphics adapter is taken as it is needed, not all at once.
 * Cards since Ampere would multiply float32 in TF32, with 10 bits of mantissa: here float32 is float32.
 */
export function tensorflowEnvironment(env: Environment): Record<string, string> {
  return {
    TF_CPP_MIN_LOG_LEVEL: env.TF_CPP_MIN_LOG_LEVEL ?? '1',
    TF_NUM_INTRAOP_THREADS: env.TF_NUM_INTRAOP_THREADS ?? String(threadCount(env)),
    TF_FORCE_GPU_ALLOW_GROWTH: env.TF_FORCE_GPU_ALLOW_GROWTH ?? 'true',
    NVIDIA_TF32_OVERRIDE: env.NVIDIA_TF32_OVERRIDE ?? '0',
  };
}
