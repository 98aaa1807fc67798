import type * as vscode from 'vscode';
import type { RunKey } from '../../protocol/dashboard.ts';

/** The one dashboard panel of a window. */
export interface Dashboard extends vscode.Disposable {
  /** Opens or reveals it; with keys, these runs are the selected ones. */
  show(selected?: readonly RunKey[]): void;
  /** The same with this run selected, at its predictions of a file, else of the first. */
  showPredictions(run: RunKey, file?: string): void;
}
