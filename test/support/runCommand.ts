import { command as check } from '../../src/cli/check.ts';
import { dispatch } from '../../src/cli/dispatch.ts';
import { command as doctor } from '../../src/cli/doctor.ts';
import { command as evaluate } from '../../src/cli/evaluate.ts';
import { command as exportRun } from '../../src/cli/export.ts';
import { command as ledger } from '../../src/cli/ledger.ts';
import { command as match } from '../../src/cli/match.ts';
import { command as measure } from '../../src/cli/measure.ts';
import { command as plan } from '../../src/cli/plan.ts';
import { command as predict } from '../../src/cli/predict.ts';
import { command as setup } from '../../src/cli/setup.ts';
import { command as stop } from '../../src/cli/stop.ts';
import { command as train } from '../../src/cli/train.ts';

export interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** The command line in this process: what it prints, and its exit status. `env` is all that it sees of the environment. */
export async function runCommand(
  args: readonly string[],
  {
    cwd,
    env = {},
    signal = new AbortController().signal,
    isTerminal = false,
  }: { cwd: string; env?: Record<string, string>; signal?: AbortSignal; isTerminal?: boolean },
): Promise<Outcome> {
  let [out, err] = ['', ''];
  const stdout = { write: (text: string) => (out += text) };
  const stderr = { write: (text: string) => (err += text) };
  const commands = [
    check,
    measure,
    plan,
    match,
    train,
    stop,
    evaluate,
    predict,
    exportRun,
    ledger,
    doctor,
    setup,
  ];
  const status = await dispatch(commands, args, { stdout, stderr, isTerminal, cwd, env }, signal);
  return { status, out, err };
}
