import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { isJsonObject } from '../core/json.ts';
import { writeFailed } from '../files/errors.ts';

/** One logged step or evaluation. Values by name: `epoch`, `time`, `lr`, `grad_norm`, `train/loss`, `validation/accuracy`. */
export interface MetricsEntry {
  readonly step: number;
  readonly [name: string]: number;
}

/** Training went on from the checkpoint of this step: entries with a later step are void. */
export interface Resumed {
  readonly event: 'resumed';
  readonly step: number;
}

export type MetricsLine = MetricsEntry | Resumed;

export interface MetricsLog {
  /** Appends one line, in one call to the system; returns its length in bytes. @throws RunFailure, e.g. if the disk is full */
  append(line: MetricsLine): number;
  close(): void;
}

/** Opens `metrics.jsonl` for appending. */
export function openMetricsLog(path: string): MetricsLog {
  const file = openSync(path, 'a+');
  const write = (text: string): number => {
    const bytes = Buffer.from(text);
    try {
      const written = writeSync(file, bytes);
      if (written < bytes.length) throw new Error(`only ${written} of ${bytes.length} bytes were taken`);
    } catch (error) {
      throw writeFailed(path, error);
    }
    return bytes.length;
  };
  // Ends the line that a killed writer left unfinished, so that it does not swallow the next one.
  const { size } = fstatSync(file);
  const last = Buffer.alloc(1);
  if (size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a) write('\n');
  return { append: (line) => write(JSON.stringify(line) + '\n'), close: () => closeSync(file) };
}

/** The entries that count; [] where there is no file yet. */
export async function readMetrics(path: string): Promise<MetricsEntry[]> {
  return foldMetrics(await metricsTail(path)());
}

/** A reader for live progress: each call returns the lines completed since the last one. */
export function metricsTail(path: string): () => Promise<MetricsLine[]> {
  let offset = 0;
  let unfinished = Buffer.alloc(0);
  return async () => {
    const lines: MetricsLine[] = [];
    for await (const chunk of chunksFrom(path, offset)) {
      offset += chunk.length;
      const end = chunk.lastIndexOf(0x0a);
      if (end === -1) {
        unfinished = Buffer.concat([unfinished, chunk]);
      } else {
        const complete = Buffer.concat([unfinished, chunk.subarray(0, end)]);
        lines.push(...complete.toString('utf8').split('\n').flatMap(parseLine));
        unfinished = Buffer.from(chunk.subarray(end + 1));
      }
    }
    return lines;
  };
}

/** Appends lines to the entries that count, dropping those that a resume made void. */
export function foldMetrics(
  lines: Iterable<MetricsLine>,
  entries: readonly MetricsEntry[] = [],
): MetricsEntry[] {
  let kept = [...entries];
  for (const line of lines) {
    if (isResumed(line)) kept = kept.filter((entry) => entry.step <= line.step);
    else kept.push(line);
  }
  return kept;
}

function isResumed(line: MetricsLine): line is Resumed {
  return line.event === 'resumed';
}

async function* chunksFrom(path: string, offset: number): AsyncGenerator<Buffer> {
  let file;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  try {
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(1 << 16), 0, 1 << 16, offset);
      if (bytesRead === 0) return;
      offset += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** No or one line: what is not a line of this format is skipped. */
function parseLine(text: string): MetricsLine[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  if (!isJsonObject(value) || typeof value.step !== 'number') return [];
  if (value.event === 'resumed') return [{ event: 'resumed', step: value.step }];
  const numbers = Object.entries(value).filter(
    (pair): pair is [string, number] => typeof pair[1] === 'number',
  );
  return [Object.fromEntries(numbers) as unknown as MetricsEntry];
}
