import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * glibc's malloc, set before the process starts (mallopt(3)): blocks of a step are reused by the next instead of going back to the system
 * and being zeroed anew, which costs a fifth of a small model's step; one arena, so that threads do not keep copies of the peak.
 */
export const MALLOC_SETTINGS = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: String(2 ** 34),
  MALLOC_TRIM_THRESHOLD_: String(2 ** 34),
  MALLOC_TOP_PAD_: String(2 ** 28),
};

/** A process that was started: its status once it has ended. */
export interface TrainerProcess {
  readonly pid?: number;
  readonly exitCode: number | null;
  readonly signalCode: string | null;
  once(event: 'exit', listener: () => void): unknown;
  /** Lets the starter end without waiting for it. */
  unref(): void;
}

/** What the training process gets of the environment. */
const PASSED = [
  /^(PATH|HOME|USERPROFILE|TMP|TEMP|TMPDIR|LANG|LC_ALL|SYSTEMROOT|LD_LIBRARY_PATH)$/i,
  /^(HTTPS?_PROXY|NO_PROXY|ALL_PROXY)$/i,
  /^(HF_HOME|HF_HUB_CACHE|HUGGINGFACE_HUB_CACHE|XDG_CACHE_HOME)$/,
  /^(CUDA|VK)_/,
];

/**
 * Starts the training process for a runs folder. It is detached, with no pipe to its starter, and so outlives it; what it says is in the
 * runs' own logs. `program`: the built trainer.
 */
export function launchTrainer(
  runsDir: string,
  env: NodeJS.ProcessEnv,
  program = new URL('./trainer.js', import.meta.url),
): TrainerProcess {
  const passed = Object.entries(env).filter(([name]) => PASSED.some((pattern) => pattern.test(name)));
  return spawn(process.execPath, [fileURLToPath(program), '--drain', runsDir], {
    detached: true,
    stdio: 'ignore',
    env: { ...Object.fromEntries(passed), ...MALLOC_SETTINGS, ELECTRON_RUN_AS_NODE: '1' },
  });
}
