#!/usr/bin/env node
import { absolutePlaces } from './absolutePlaces.ts';
import { command as check } from './check.ts';
import type { Command } from './command.ts';
import { command as compare } from './compare.ts';
import { command as dashboard } from './dashboard.ts';
import { dispatch } from './dispatch.ts';
import { command as doctor } from './doctor.ts';
import { command as download } from './download.ts';
import { command as evaluate } from './evaluate.ts';
import { command as exportRun } from './export.ts';
import { command as ledger } from './ledger.ts';
import { command as match } from './match.ts';
import { command as measure } from './measure.ts';
import { command as plan } from './plan.ts';
import { command as predict } from './predict.ts';
import { command as resume } from './resume.ts';
import { command as runs } from './runs.ts';
import { command as setup } from './setup.ts';
import { command as stop } from './stop.ts';
import { command as train } from './train.ts';

/** Every command, in the order in which `--help` lists them. */
const commands: readonly Command[] = [
  check,
  plan,
  match,
  train,
  resume,
  stop,
  evaluate,
  predict,
  exportRun,
  runs,
  compare,
  ledger,
  dashboard,
  download,
  measure,
  setup,
  doctor,
];

const abort = new AbortController();
process.on('SIGINT', () => {
  // The first asks the command to end; who presses Ctrl-C again does not want to wait.
  if (abort.signal.aborted) process.exit(130);
  abort.abort();
});

// A reader of the output that leaves, such as `head`, ends the program without a word.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

Object.assign(process.env, absolutePlaces(process.env, process.cwd()));
const { stdout, stderr, env } = process;
const io = { stdout, stderr, isTerminal: stderr.isTTY, columns: stdout.columns, cwd: process.cwd(), env };
process.exitCode = await dispatch(commands, process.argv.slice(2), io, abort.signal);
