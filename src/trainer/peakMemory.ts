import { readFileSync, writeFileSync } from 'node:fs';

/** Forgets the peak so far, where the system can (Linux, proc(5), clear_refs): runs of one queue share a process. */
export function resetPeakMemory(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Elsewhere the peak stays that of the process.
  }
}

/** Largest resident memory of this process since the reset, in bytes. */
export function peakMemoryBytes(): number {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    if (kilobytes !== undefined) return Number(kilobytes) * 1024;
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS * 1024;
}
