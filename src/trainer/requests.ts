import type { Requested } from './trainRun.ts';

const STOP = 0;
const CHECKPOINT = 1;

/**
 * Requests as shared memory: the thread that trains is blocked inside a step most of the time and looks here between steps, while the
 * main thread watches files and signals.
 */
export function sharedRequests(): SharedArrayBuffer {
  return new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
}

export function raise(shared: SharedArrayBuffer, what: 'stop' | 'checkpoint'): void {
  Atomics.store(new Int32Array(shared), what === 'stop' ? STOP : CHECKPOINT, 1);
}

export function requestedFrom(shared: SharedArrayBuffer): Requested {
  const flags = new Int32Array(shared);
  return {
    stop: () => Atomics.load(flags, STOP) === 1,
    checkpoint: () => Atomics.exchange(flags, CHECKPOINT, 0) === 1,
  };
}
