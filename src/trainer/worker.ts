import { workerData } from 'node:worker_threads';
import { newReadings } from './cardReadings.ts';
import { requestedFrom } from './requests.ts';
import { trainRun } from './trainRun.ts';

export interface WorkerData {
  readonly runDir: string;
  readonly requests: SharedArrayBuffer;
  /** Readings of the card, see cardReadings.ts. */
  readonly readings: SharedArrayBuffer;
}

/** The thread in which a run is trained. */
const { runDir, requests, readings } = workerData as WorkerData;
await trainRun(runDir, requestedFrom(requests), process.env, newReadings(readings));
