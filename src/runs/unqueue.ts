import { claim, release } from './lock.ts';
import { readRun } from './runFolder.ts';
import { writeRunRecord } from './runRecord.ts';

/** Takes a run out of the queue if it waits there and nobody has claimed it; it can be resumed. Returns whether it was taken. */
export async function unqueue(dir: string): Promise<boolean> {
  const found = await readRun(dir);
  if (found.status !== 'queued') return false;
  const lock = await claim(dir);
  if (lock === undefined) return false;
  try {
    const run = await readRun(dir);
    if (run.status !== 'queued') return false;
    await writeRunRecord(dir, { ...run.record, status: 'stopped', endedAt: new Date().toISOString() });
    return true;
  } finally {
    await release(lock);
  }
}
