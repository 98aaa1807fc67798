interface Started {
  kill(signal: 'SIGKILL'): unknown;
  readonly stdio: Iterable<{ destroy(): unknown } | null | undefined>;
  unref(): void;
}

/**
 * Ends a process and waits for nothing of it: one that hangs in a driver dies only when the driver lets it go, and processes that it started
 * may hold its pipes.
 */
export function abandon(process: Started): void {
  process.kill('SIGKILL');
  for (const pipe of process.stdio) pipe?.destroy();
  process.unref();
}
