import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Makes Python's environment once, before the suites ask for it side by side; scripts/test.sh has done so already. */
export function setup(): void {
  const script = fileURLToPath(new URL('../../scripts/python.sh', import.meta.url));
  process.env.PARITY_PYTHON ??= execFileSync('bash', [script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim();
}
