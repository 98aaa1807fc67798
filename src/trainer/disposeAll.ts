import { messageOf } from '../core/errors.ts';

/**
 * Disposes of each, whatever the others throw: a device that was lost may refuse, and what was computed before, or why it failed, stands.
 * Returns a line for the log for each that threw.
 */
export async function disposeAll(disposals: readonly (() => unknown)[]): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const dispose of disposals) {
    try {
      await dispose();
    } catch (error) {
      faults.push(`could not be given back: ${messageOf(error)}`);
    }
  }
  return faults;
}
