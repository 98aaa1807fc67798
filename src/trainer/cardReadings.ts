import type { Environment } from '../core/environment.ts';
import { nvidiaCard, type NvidiaCard } from '../engine/nvidiaSmi.ts';
import type { Metrics } from '../runs/runRecord.ts';

/** Names under which readings of a card stand in metrics.jsonl: MiB in use, and percent of the time in which it computed. */
export const cardMetrics = {
  memory: 'system/gpu_memory_mib',
  utilization: 'system/gpu_utilization',
} as const;

const EVERY_MS = 5_000;

/** Places in the shared memory: the number of readings so far, then the last one's values. */
const [COUNT, MEMORY, UTILIZATION] = [0, 1, 2];

/** The last reading of a card as memory that the thread which trains can look at between steps, without waiting. */
export function sharedReadings(): SharedArrayBuffer {
  return new SharedArrayBuffer(3 * Float64Array.BYTES_PER_ELEMENT);
}

/**
 * Asks NVIDIA's driver for a card's memory and load every few seconds, until the function that it returns is called, or the driver does not
 * tell. Nobody waits for it.
 */
export function readCard(
  card: string,
  env: Environment,
  shared: SharedArrayBuffer,
  everyMs = EVERY_MS,
): () => void {
  const values = new Float64Array(shared);
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const read = async () => {
    const found = await nvidiaCard(card, env);
    if (isOver || found === undefined) return;
    write(values, found);
    timer = setTimeout(() => void read(), everyMs);
  };
  void read();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

function write(values: Float64Array, { memoryUsedMib = NaN, utilization = NaN }: NvidiaCard): void {
  values[MEMORY] = memoryUsedMib;
  values[UTILIZATION] = utilization;
  values[COUNT] += 1;
}

/** What was read since the last call, by name; undefined where nothing was. */
export function newReadings(shared: SharedArrayBuffer): () => Metrics | undefined {
  const values = new Float64Array(shared);
  let seen = 0;
  return () => {
    if (values[COUNT] === seen) return undefined;
    seen = values[COUNT];
    const read = { [cardMetrics.memory]: values[MEMORY], [cardMetrics.utilization]: values[UTILIZATION] };
    const told = Object.entries(read).filter(([, value]) => Number.isFinite(value));
    return told.length === 0 ? undefined : Object.fromEntries(told);
  };
}
