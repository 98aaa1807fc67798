import * as vscode from 'vscode';
import type { Feature } from '../services.ts';
import { isActive, isResumable } from '../../runs/runState.ts';

/** What the manifest's menus ask about runs. */
export const contextKeys: Feature = ({ runs }) => {
  const set = (name: string, value: boolean) =>
    void vscode.commands.executeCommand('setContext', `peftWorkbench.${name}`, value);
  const known = new Map<string, boolean>();
  const update = () => {
    const facts = {
      hasRuns: runs.runs.length > 0,
      hasActiveRuns: runs.runs.some(isActive),
      hasResumableRuns: runs.runs.some(isResumable),
      hasFinishedRuns: runs.runs.some(({ status }) => status === 'finished'),
    };
    for (const [name, value] of Object.entries(facts)) {
      if (known.get(name) !== value) set(name, value);
      known.set(name, value);
    }
  };
  void runs.ready.then(() => {
    update();
    set('ready', true);
  });
  return runs.onDidChange(update);
};
