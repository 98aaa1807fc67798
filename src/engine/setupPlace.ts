import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../core/environment.ts';

/**
 * Folder for what `setup` builds: `PEFT_WORKBENCH_DATA`, which an editor sets to its extension's own storage, else this system's place for
 * the data of programs.
 */
export function setupFolder(env: Environment): string {
  return env.PEFT_WORKBENCH_DATA || userFolder(env);
}

/** How an executor's package is set up: in a terminal, and by the command palette of VS Code. */
export const setUpCommands = {
  'onnx-cuda': '`peft-workbench setup onnx-cuda`, or "PEFT: Set Up ONNX Runtime for CUDA" in VS Code',
  tensorflow: '`peft-workbench setup tensorflow`, or "PEFT: Set Up TensorFlow.js GPU" in VS Code',
} as const;

/** Where something that was set up is looked for: what was set up in a terminal serves an editor, too. */
export function setupFolders(env: Environment): string[] {
  return [...new Set([setupFolder(env), userFolder(env)])];
}

/** The package that a record of `setup` leads to: a file with its folder in one line; undefined where either is not there. */
export function recordedAt(record: string): string | undefined {
  try {
    const dir = readFileSync(record, 'utf8').trim();
    return existsSync(join(dir, 'package.json')) ? dir : undefined;
  } catch {
    return undefined; // nothing was set up there
  }
}

function userFolder(env: Environment): string {
  return join(dataHome(env), 'peft-workbench');
}

function dataHome(env: Environment): string {
  if (env.XDG_DATA_HOME) return env.XDG_DATA_HOME;
  const home = env.HOME || env.USERPROFILE || homedir();
  if (process.platform === 'win32') return join(home, 'AppData', 'Local');
  return process.platform === 'darwin'
    ? join(home, 'Library', 'Application Support')
    : join(home, '.local', 'share');
}
