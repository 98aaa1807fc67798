import type * as vscode from 'vscode';
import type { Run, UnreadableRun } from '../../runs/runFolder.ts';

/** The runs of every runs folder, as they lie on disk; read again when they change. */
export interface RunStore extends vscode.Disposable {
  /** As last read: oldest first, unreadable ones last. `dir` names a run among all folders. */
  readonly runs: readonly (Run | UnreadableRun)[];
  /** Something in `runs` is different now. */
  readonly onDidChange: vscode.Event<void>;
  /** The folders were looked at, whether `runs` is different or not: what else lies in a run may be. After `onDidChange`. */
  readonly onDidLook: vscode.Event<void>;
  /** After the first reading. */
  readonly ready: Promise<void>;
  /** The runs folder of each workspace folder, whether it exists or not. */
  readonly folders: readonly string[];
  /** Looks now. */
  refresh(): Promise<void>;
}
