import type { Services } from '../services.ts';

/** One entry of the manifest's `commands`: a file of this folder. */
export interface Command {
  readonly id: string;
  /**
   * Does it; checks again whether it may (hidden commands can be invoked, too).
   * @throws CancellationError where the user left; UserError for what the user can mend
   */
  run(services: Services, ...args: readonly unknown[]): Promise<void>;
}
