import * as vscode from 'vscode';

/** Steps of the walkthrough that are done: the manifest's `completionEvents` name these context keys. */
export type Step = 'sampleMade' | 'countsSeen' | 'tuningStarted' | 'curvesSeen' | 'groupsCompared';

/** Ticks a step off. The command alone would also do so where the user left it. */
export function done(step: Step): void {
  void vscode.commands.executeCommand('setContext', `peftWorkbench.${step}`, true);
}
