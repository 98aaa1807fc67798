import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Makes Python's environments once, before the suites ask for them side by side; scripts/test.sh has made the first already. */
export function setup(): void {
  process.env.PARITY_PYTHON ??= environment();
  try {
    process.env.PARITY_ADAPTERS_PYTHON ??= environment('adapters');
  } catch (error) {
    // AdapterHub's library stands on an older Transformers, which not every machine can get.
    console.warn(`Tests that load exports into AdapterHub's library are skipped: ${String(error)}`);
  }
}

/** Path of the environment's interpreter. */
function environment(...name: string[]): string {
  const script = fileURLToPath(new URL('../../scripts/python.sh', import.meta.url));
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  return execFileSync('bash', [script, ...name], { encoding: 'utf8', stdio: [...stdio] }).trim();
}
