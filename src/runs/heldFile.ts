import { claimFile, heartbeatMs, release, touch } from './lock.ts';

/** A right that this process has for itself until it gives it back. */
export interface HeldFile {
  /** Keeps it alive; false where another took it over. */
  isHeld(): Promise<boolean>;
  giveBack(): Promise<void>;
}

/**
 * Takes the lock at a path and keeps it alive; undefined where another process holds it. @throws system error ENOENT where its folder is not
 * there
 */
export async function holdFile(path: string): Promise<HeldFile | undefined> {
  const lock = await claimFile(path);
  if (lock === undefined) return undefined;
  const heartbeat = setInterval(() => void touch(lock).catch(() => undefined), heartbeatMs);
  return {
    isHeld: () => touch(lock),
    giveBack: async () => {
      clearInterval(heartbeat);
      await release(lock);
    },
  };
}
