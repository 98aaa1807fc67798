import { chmodSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { temporaryFolder } from './temporaryFolder.ts';

/** An environment in which `nvidia-smi` is this shell script, before whatever else is on PATH. */
export function withNvidiaSmi(script: string, env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const dir = temporaryFolder();
  const file = join(dir, 'nvidia-smi');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return { ...env, PATH: [dir, process.env.PATH].join(delimiter) };
}

/** Answers as driver 580 does for one card, and for two where none is named. */
export const twoCards = `case "$*" in
  *--id=1*--query-gpu*) echo '1, NVIDIA H200, 580.65.06, 143771, 90112, 97' ;;
  *--query-gpu*) echo '0, NVIDIA H200, 580.65.06, 143771, 1024, 3'; echo '1, NVIDIA H200, 580.65.06, 143771, 90112, [N/A]' ;;
  *) echo '| NVIDIA-SMI 580.65.06    Driver Version: 580.65.06    CUDA Version: 13.0     |' ;;
esac`;
