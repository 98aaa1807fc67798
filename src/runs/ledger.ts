import { readFile, stat } from 'node:fs/promises';
import { messageOf } from '../core/errors.ts';
import { isJsonObject } from '../core/json.ts';
import { writeJson } from '../files/atomicWrite.ts';
import { ledgerUnreadable } from './errors.ts';
import { runPaths } from './runPaths.ts';

const FORMAT_VERSION = 1;
const LARGEST = 1 << 24;

/** What became of one trained tensor of a run. */
export interface LedgerEntry {
  readonly tensor: string;
  /** The first method that declares it, or `head`. */
  readonly method: string;
  readonly shape: readonly number[];
  readonly count: number;
  /** A method or the task's head declares it: nothing else is trained. */
  readonly declared: true;
  /** Its gradient is not zero everywhere. */
  readonly connected: boolean;
  /** Root of the sum, over all steps, of the squared norm of its gradient before clipping. */
  readonly gradient: number;
  /** Norm of its difference, at the best checkpoint, to its value before the first step. */
  readonly change: number;
  /** The run's adapter, read again, holds it to the bit, or what it is folded into. */
  readonly saved: boolean;
  /** Why the ledger does not agree. */
  readonly fault?: string;
}

/** Content of `ledger.json`. */
export interface Ledger {
  /** No tensor has a fault. */
  readonly agrees: boolean;
  /** Every trained tensor, those of the head last. */
  readonly tensors: readonly LedgerEntry[];
}

/** @throws RunFailure when the system refuses. */
export async function writeLedger(runDir: string, ledger: Ledger): Promise<void> {
  await writeJson(runPaths(runDir).ledger, { formatVersion: FORMAT_VERSION, ...ledger });
}

/** Undefined where the run has none. @throws UserError for a file that is no ledger, or was written by a newer version. */
export async function readLedger(runDir: string): Promise<Ledger | undefined> {
  const file = runPaths(runDir).ledger;
  let value: unknown;
  try {
    const { size } = await stat(file);
    if (size > LARGEST) throw ledgerUnreadable(file, `it has ${size} bytes`);
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (error instanceof SyntaxError) throw ledgerUnreadable(file, messageOf(error));
    throw error;
  }
  if (!isJsonObject(value)) throw ledgerUnreadable(file, 'it is no JSON object');
  const { formatVersion, agrees, tensors } = value;
  if (formatVersion !== FORMAT_VERSION)
    throw ledgerUnreadable(file, `its format version is ${JSON.stringify(formatVersion)}`);
  if (typeof agrees !== 'boolean' || !Array.isArray(tensors) || !tensors.every(isEntry))
    throw ledgerUnreadable(file, 'it lacks fields');
  return { agrees, tensors: tensors as unknown as LedgerEntry[] };
}

function isEntry(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  const { tensor, method, shape, count, connected, gradient, change, saved, fault = '' } = value;
  return (
    [tensor, method, fault].every((text) => typeof text === 'string') &&
    [count, gradient, change].every((number) => typeof number === 'number') &&
    [connected, saved].every((answer) => typeof answer === 'boolean') &&
    Array.isArray(shape) &&
    shape.every((size) => typeof size === 'number')
  );
}
