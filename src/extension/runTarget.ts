import type { RunKey } from '../protocol/dashboard.ts';

/** A node of the experiments tree stands for these runs. */
export interface RunNode {
  readonly keys: readonly RunKey[];
}

/** What the editor hands to commands about runs: a node of the tree, the key of one run (from pages and lenses), or nothing. */
export type RunTarget = RunNode | RunKey | undefined;
