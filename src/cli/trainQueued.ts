import { printable } from '../core/printable.ts';
import type { Queued } from '../protocol/commandLine.ts';
import { launchTrainer } from '../trainer/launch.ts';
import type { Command, CommandContext, Io } from './command.ts';
import { limitNeedsDetach, noSuchLimit } from './errors.ts';
import { followRuns } from './followRuns.ts';
import type { QueuedRun } from './queueRuns.ts';
import { finishedEvent, jsonReport, textReport } from './runReport.ts';

/** How runs are trained: followed to their end, or left to a trainer of which at most `concurrency` work in the folder at once. */
export type Way = 'attached' | { readonly concurrency: number };

export const wayOptions: Command['options'] = {
  detach: { type: 'boolean' },
  concurrency: { type: 'string' },
  'share-device': { type: 'boolean' },
  json: { type: 'boolean' },
};
export const wayUsage = '[--detach [--concurrency N]] [--share-device] [--json]';

/** @throws UserError where the options contradict each other */
export function wayOf({ detach, concurrency }: CommandContext['values']): Way {
  if (detach !== true) {
    if (concurrency !== undefined) throw limitNeedsDetach();
    return 'attached';
  }
  const text = (concurrency as string | undefined) ?? '1';
  if (!/^[1-9]\d?$/.test(text)) throw noSuchLimit(text);
  return { concurrency: Number(text) };
}

/** Starts a trainer for runs that are queued, and tells what becomes of them. Returns the exit status. */
export function trainQueued(
  queued: readonly QueuedRun[],
  runsDir: string,
  way: Way,
  context: CommandContext,
): Promise<number> {
  const isJson = context.values.json === true;
  const shareDevice = context.values['share-device'] === true;
  if (way === 'attached') return follow(queued, runsDir, { isJson, shareDevice }, context);
  leave(queued, runsDir, { concurrency: way.concurrency, isJson, shareDevice }, context.io);
  return Promise.resolve(0);
}

async function follow(
  queued: readonly QueuedRun[],
  runsDir: string,
  { isJson, shareDevice }: { isJson: boolean; shareDevice: boolean },
  { io, signal }: CommandContext,
): Promise<number> {
  const trainer = launchTrainer(runsDir, io.env, { shareDevice });
  const report = isJson ? jsonReport(io) : textReport(io, queued.length);
  let ended;
  try {
    ended = await followRuns(queued, trainer, signal, report);
  } finally {
    trainer.unref();
  }
  if (isJson) io.stdout.write(`${JSON.stringify({ event: 'done', runs: ended.map(finishedEvent) })}\n`);
  else io.stdout.write(`runs: ${runsDir}\n`);
  return ended.every(({ status }) => status === 'finished') ? 0 : 1;
}

/** Each trainer works on one run at a time; one that finds no place ends by itself. */
function leave(
  queued: readonly QueuedRun[],
  runsDir: string,
  { concurrency, isJson, shareDevice }: { concurrency: number; isJson: boolean; shareDevice: boolean },
  { stdout, env }: Io,
): void {
  for (let i = 0; i < Math.min(concurrency, queued.length); i++)
    launchTrainer(runsDir, env, { concurrency, shareDevice }).unref();
  const event: Queued = { event: 'queued', runs: [...queued] };
  if (isJson) stdout.write(`${JSON.stringify(event)}\n`);
  else
    for (const { variant, seed, dir } of queued)
      stdout.write(`${printable(`${variant}, seed ${seed}: queued in ${dir}`)}\n`);
}
