import type { RunStatus } from '../../runs/runRecord.ts';

interface WithStatus {
  readonly status: RunStatus | 'lost' | 'unreadable';
}

/** Waits or works: it may be asked to stop. */
export function isActive({ status }: WithStatus): boolean {
  return status === 'queued' || isTraining({ status });
}

/** A process works on it. */
export function isTraining({ status }: WithStatus): boolean {
  return status === 'running' || status === 'stopping';
}

/** Ended before its end. */
export function isResumable({ status }: WithStatus): boolean {
  return status === 'stopped' || status === 'failed' || status === 'lost';
}
