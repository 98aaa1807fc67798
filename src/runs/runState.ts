import type { RunStatus } from './runRecord.ts';

interface WithStatus {
  readonly status: RunStatus | 'lost' | 'unreadable';
  /** It waits, and nobody works on its folder who would come to it. */
  readonly isStranded?: boolean;
}

/** A process works on it. */
export function isTraining({ status }: WithStatus): boolean {
  return status === 'running' || status === 'stopping';
}

/** Waits or works. */
export function isActive({ status }: WithStatus): boolean {
  return status === 'queued' || isTraining({ status });
}

/** Waits or works, and was not asked to stop yet. */
export function isStoppable({ status }: WithStatus): boolean {
  return status === 'queued' || status === 'running';
}

/** Ended before its end, or waits for nobody. */
export function isResumable({ status, isStranded }: WithStatus): boolean {
  return isStranded === true || status === 'stopped' || status === 'failed' || status === 'lost';
}

/** Neither waits nor works, for whatever reason. */
export function hasEnded(run: WithStatus): boolean {
  return !isActive(run) && run.status !== 'unreadable';
}

/** What it learnt can be handed on. */
export function isExportable({ status }: WithStatus): boolean {
  return status === 'finished';
}
