import * as vscode from 'vscode';

/** Settings that name executables or folders of this machine: no workspace can set them. */
export function machineSettings(): { nodePath?: string; env: Record<string, string> } {
  const settings = vscode.workspace.getConfiguration('peftWorkbench');
  const nodePath = settings.get<string>('nodePath') || undefined;
  const hubCache = settings.get<string>('hubCache');
  return { ...(nodePath && { nodePath }), env: hubCache ? { HF_HUB_CACHE: hubCache } : {} };
}
