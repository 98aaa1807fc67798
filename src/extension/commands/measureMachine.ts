import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { messageOf } from '../../core/errors.ts';
import { isTraining } from '../../runs/runState.ts';
import type { Services } from '../services.ts';
import { runCli } from './runCli.ts';

/**
 * Measures this machine in the background, once for each window, so that plans tell the time. Not in Restricted Mode, and not
 * while something trains, which would be measured, too. Never fails: a plan is complete without the time.
 */
export async function measureMachine(services: Services): Promise<void> {
  const { cli, log, language, runs } = services;
  const isBusy = runs.runs.some((run) => 'record' in run && isTraining(run));
  if (!vscode.workspace.isTrusted || isBusy || measured.has(cli)) return;
  measured.add(cli);
  try {
    await runCli(services, ['measure'], { cwd: homedir() });
    await language.lookAgain();
  } catch (error) {
    log.warn(messageOf(error));
  }
}

/** By window: each has a command line of its own. */
const measured = new WeakSet<Services['cli']>();
