import { homedir } from 'node:os';
import { join } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Folder for what `setup` builds: `PEFT_WORKBENCH_DATA`, which an editor sets to its extension's own storage, else this system's place for
 * the data of programs.
 */
export function setupFolder(env: Environment): string {
  return env.PEFT_WORKBENCH_DATA || userFolder(env);
}

/** Where something that was set up is looked for: what was set up in a terminal serves an editor, too. */
export function setupFolders(env: Environment): string[] {
  return [...new Set([setupFolder(env), userFolder(env)])];
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
