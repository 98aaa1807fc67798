import { workerData } from 'node:worker_threads';
import { requestedFrom } from './requests.ts';
import { trainRun } from './trainRun.ts';

export interface WorkerData {
  readonly runDir: string;
  readonly requests: SharedArrayBuffer;
}

/** The thread in which a run is trained. */
const { runDir, requests } = workerData as WorkerData;
await trainRun(runDir, requestedFrom(requests), process.env);
