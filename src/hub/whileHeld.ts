import { setTimeout as pause } from 'node:timers/promises';
import { holdFile } from '../runs/heldFile.ts';

export interface WaitOptions {
  readonly signal?: AbortSignal;
  /** Called again and again while another process has the lock. */
  readonly onWait?: () => void | Promise<void>;
}

const POLL_MS = 250;

/**
 * Does `work` while this process has the lock at a path, for which it waits where another has it; that of a process that was killed is
 * taken over. @throws the signal's reason when aborted while it waits; system error ENOENT where the lock's folder is not there
 */
export async function whileHeld<T>(
  path: string,
  { signal, onWait }: WaitOptions,
  work: () => Promise<T>,
): Promise<T> {
  for (;;) {
    const held = await holdFile(path);
    if (held !== undefined) {
      try {
        return await work();
      } finally {
        await held.giveBack();
      }
    }
    await onWait?.();
    await pause(POLL_MS, undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
}
