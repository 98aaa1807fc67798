import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

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
    env: { ...Object.fromEntries(passed), ELECTRON_RUN_AS_NODE: '1' },
  });
}
