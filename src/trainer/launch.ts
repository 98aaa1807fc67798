import { spawn } from 'node:child_process';
import { closeSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
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
 * runs' own logs and, where it concerns none of them, in the folder's `.trainer.log`. `program`: the built trainer.
 */
export function launchTrainer(
  runsDir: string,
  env: NodeJS.ProcessEnv,
  program = new URL('./trainer.js', import.meta.url),
): TrainerProcess {
  const passed = Object.entries(env).filter(([name]) => PASSED.some((pattern) => pattern.test(name)));
  const output = openOutput(join(runsDir, '.trainer.log'));
  const trainer = spawn(process.execPath, [fileURLToPath(program), '--drain', runsDir], {
    detached: true,
    stdio: ['ignore', output, output],
    env: { ...Object.fromEntries(passed), ELECTRON_RUN_AS_NODE: '1' },
  });
  closeSync(output);
  return trainer;
}

/** What a run's own log cannot hold: faults of the process itself. Begun anew when it has grown too long. */
function openOutput(file: string): number {
  const { size } = statSync(file, { throwIfNoEntry: false }) ?? { size: 0 };
  return openSync(file, size > 1 << 20 ? 'w' : 'a');
}
