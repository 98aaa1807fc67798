import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import { settingNotAbsolute } from './errors.ts';

/**
 * Settings that name executables or folders of this machine: no workspace can set them.
 * @throws UserError where one is no absolute path
 */
export function machineSettings(): { nodePath?: string; env: Record<string, string> } {
  const nodePath = absolutePath('nodePath');
  const hubCache = absolutePath('hubCache');
  const tensorflowPath = absolutePath('tensorflowPath');
  const onnxRuntimePath = absolutePath('onnxRuntimePath');
  return {
    ...(nodePath && { nodePath }),
    env: {
      ...(hubCache && { HF_HUB_CACHE: hubCache }),
      ...(onnxRuntimePath && { PEFT_WORKBENCH_ONNXRUNTIME: onnxRuntimePath }),
      ...(tensorflowPath && { PEFT_WORKBENCH_TENSORFLOW: tensorflowPath }),
    },
  };
}

function absolutePath(name: string): string | undefined {
  const path = vscode.workspace.getConfiguration('peftWorkbench').get<string>(name) || undefined;
  if (path !== undefined && !isAbsolute(path)) throw settingNotAbsolute(`peftWorkbench.${name}`, path);
  return path;
}
