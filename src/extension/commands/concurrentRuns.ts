import { workspace } from 'vscode';

/** How many runs may train at the same time. */
export function concurrentRuns(): number {
  return workspace.getConfiguration('peftWorkbench').get<number>('maxConcurrentRuns') ?? 1;
}
