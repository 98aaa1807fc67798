import * as vscode from 'vscode';
import { unlinked } from '../messages.ts';

interface Work {
  readonly token: vscode.CancellationToken;
  /** Aborted with the token. */
  readonly signal: AbortSignal;
  /** Says what is being done now. */
  report(message: string): void;
}

/** Work that the user sees and can end. @throws CancellationError where that happened, whatever the work threw then */
export async function withProgress<T>(
  {
    title,
    location = vscode.ProgressLocation.Notification,
  }: Pick<vscode.ProgressOptions, 'title'> & Partial<Pick<vscode.ProgressOptions, 'location'>>,
  work: (work: Work) => Promise<T>,
): Promise<T> {
  return vscode.window.withProgress(
    { title: title && unlinked(title), location, cancellable: true },
    async (progress, token) => {
      const abort = new AbortController();
      const subscription = token.onCancellationRequested(() => abort.abort());
      try {
        return await work({
          token,
          signal: abort.signal,
          report: (message) => progress.report({ message: unlinked(message) }),
        });
      } catch (error) {
        throw token.isCancellationRequested ? new vscode.CancellationError() : error;
      } finally {
        subscription.dispose();
      }
    },
  );
}
