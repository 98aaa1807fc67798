import { workspace, type Uri } from 'vscode';

/** How runs are trained that are started from here, as arguments of the command line. `place`: of the recipe or run; folders may differ. */
export function trainingWay(place: Uri): string[] {
  const settings = workspace.getConfiguration('peftWorkbench', place);
  return [
    ...['--detach', '--json', '--concurrency', String(concurrentRuns(place))],
    ...(settings.get<boolean>('shareDevice') === true ? ['--share-device'] : []),
  ];
}

/** How many runs may train at the same time. */
export function concurrentRuns(place: Uri): number {
  return workspace.getConfiguration('peftWorkbench', place).get<number>('maxConcurrentRuns') ?? 1;
}
