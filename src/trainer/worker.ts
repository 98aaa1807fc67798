import { parentPort, workerData } from 'node:worker_threads';
import { newReadings } from './cardReadings.ts';
import { requestedFrom } from './requests.ts';
import { trainRun } from './trainRun.ts';

export interface WorkerData {
  readonly runDir: string;
  readonly requests: SharedArrayBuffer;
  /** Readings of the card, see cardReadings.ts. */
  readonly readings: SharedArrayBuffer;
}

/** What the thread says when the run goes on without its card. */
export type CardLeft = 'card left';

/** The thread in which a run is trained. */
const { runDir, requests, readings } = workerData as WorkerData;
await trainRun(runDir, requestedFrom(requests), process.env, {
  readings: newReadings(readings),
  onLeft: () => parentPort?.postMessage('card left' satisfies CardLeft),
});
