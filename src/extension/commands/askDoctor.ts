import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { localFolders } from '../localFolders.ts';
import type { CliResult } from '../process/cli.ts';
import type { Services } from '../services.ts';

/** `doctor --json`, in the first folder. @throws CancellationError where it was asked to end */
export async function askDoctor({ cli }: Pick<Services, 'cli'>, signal: AbortSignal): Promise<CliResult> {
  const cwd = localFolders()[0]?.uri.fsPath ?? homedir();
  const result = await cli.run(['doctor', '--json'], { cwd, signal });
  if (result.status === 130) throw new vscode.CancellationError();
  return result;
}
