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
  /** Appends one line, in one call to the system. @throws RunFailure, e.g. if the disk is full */
  append(line: MetricsLine): void;
  close(): void;
}

/** Opens `metrics.jsonl` for appending. */
export function openMetricsLog(path: string): MetricsLog {
  const file = openSync(path, 'a+');
  const write = (text: string) => {
    const bytes = Buffer.from(text);
    try {
      const written = writeSync(file, bytes);
      if (written < bytes.length) throw new Error(`only ${written} of ${bytes.length} bytes were taken`);
    } catch (error) {
      throw writeFailed(path, error);
    }
  };
  // Ends the line that a killed writer left unfinished, so that it does not swallow the next one.
  const { size } = fstatSync(file);
  const last = Buffer.alloc(1);
  if (size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a) write('\n');
  return { append: (line) => write(JSON.stringify(line) + '\n'), close: () => closeSync(file) };
}

/** What came next in a file. */
export interface MetricsPart {
  readonly lines: MetricsLine[];
  /** Whether that is all there was; else the next call goes on at once. */
  readonly isAtEnd: boolean;
  /** The file became shorter, so another one is in its place: these lines are its first, and those of earlier calls are void. */
  readonly restarted: boolean;
}

/** At most so much is read in one call. */
const PART_BYTES = 4 << 20;
/** A longer line is none of ours. */
const LINE_BYTES = 1 << 20;
const LINE_BREAK = 0x0a;

/**
 * A reader for live progress that also takes a huge file in small memory: each call returns the lines completed since the last one, as many
 * as fit into about 4 MB. Lines of more than 1 MB are skipped. Calls must not overlap.
 */
export function metricsTail(path: string): () => Promise<MetricsPart> {
  /** Of the first byte that was not dealt with: the begin of a line, or the middle of one that is skipped. */
  let offset = 0;
  let isSkipping = false;
  return async () => {
    const { bytes, begin, size } = await readPart(path, offset);
    const restarted = begin !== offset;
    if (restarted) isSkipping = false;
    const lines: MetricsLine[] = [];
    let done = 0;
    for (let end; (end = bytes.indexOf(LINE_BREAK, done)) !== -1; done = end + 1) {
      if (!isSkipping && end - done <= LINE_BYTES)
        lines.push(...parseLine(bytes.toString('utf8', done, end)));
      isSkipping = false;
    }
    // An unfinished line is read again by the next call, unless it is already too long.
    isSkipping ||= bytes.length - done > LINE_BYTES;
    offset = begin + (isSkipping ? bytes.length : done);
    return { lines, isAtEnd: begin + bytes.length >= size, restarted };
  };
}

export function isResumed(line: MetricsLine): line is Resumed {
  return line.event === 'resumed';
}

/** Bytes from `offset` on, or from 0 where the file ends before it; a file that is missing is empty. */
async function readPart(
  path: string,
  offset: number,
): Promise<{ bytes: Buffer; begin: number; size: number }> {
  let file;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      return { bytes: Buffer.alloc(0), begin: 0, size: 0 };
    throw error;
  }
  try {
    const { size } = await file.stat();
    const begin = size < offset ? 0 : offset;
    const bytes = Buffer.alloc(Math.min(size - begin, PART_BYTES));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, begin);
    return { bytes: bytes.subarray(0, bytesRead), begin, size };
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
