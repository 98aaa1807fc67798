import { readFile } from 'node:fs/promises';
import { totalmem } from 'node:os';

/** Bytes that programs can get: what Linux says, where memory that only caches files counts as free; elsewhere all there is. */
export async function availableMemory(): Promise<number> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  return memAvailable(text) ?? totalmem();
}

/** `MemAvailable` of a `/proc/meminfo` (proc(5)) in bytes. */
export function memAvailable(text: string): number | undefined {
  const [, kibibytes] = /^MemAvailable:\s+(\d+) kB$/m.exec(text) ?? [];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}
