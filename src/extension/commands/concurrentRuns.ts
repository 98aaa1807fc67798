import { workspace } from 'vscode';

/** How runs are trained that are started from here, as arguments of the command line. */
export function trainingWay(): string[] {
  const settings = workspace.getConfiguration('peftWorkbench');
  return [
    ...['--detach', '--json', '--concurrency', String(concurrentRuns())],
    ...(settings.get<boolean>('shareDevice') === true ? ['--share-device'] : []),
  ];
}

/** How many runs may train at the same time. */
export function concurrentRuns(): number {
  return workspace.getConfiguration('peftWorkbench').get<number>('maxConcurrentRuns') ?? 1;
}
