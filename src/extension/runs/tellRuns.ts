import * as vscode from 'vscode';
import type { Feature } from '../services.ts';

/** Tells the language server where runs lie, whenever one has finished or is gone: its advice says what they showed. */
export const tellRuns: Feature = ({ runs, language }) => {
  let told: string | undefined;
  const tell = () => {
    const finished = runs.runs.flatMap(({ status, dir }) => (status === 'finished' ? [dir] : []));
    const now = JSON.stringify([runs.folders, finished]);
    if (now === told) return;
    told = now;
    void language.tellRuns(runs.folders);
  };
  void runs.ready.then(tell);
  return vscode.Disposable.from(runs.onDidChange(tell));
};
