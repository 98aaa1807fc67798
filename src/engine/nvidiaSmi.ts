import { execFile } from 'node:child_process';
import { abandon } from '../core/abandon.ts';
import type { Environment } from '../core/environment.ts';

/** One NVIDIA card as `nvidia-smi` tells of it. Memory in MiB; undefined where the card does not tell. */
export interface NvidiaCard {
  readonly index: string;
  readonly name: string;
  readonly driver: string;
  readonly memoryTotalMib?: number;
  readonly memoryUsedMib?: number;
  /** Percent of the last moments in which it computed. */
  readonly utilization?: number;
}

export type NvidiaReport =
  | { readonly cards: readonly NvidiaCard[]; readonly cudaVersion?: string }
  | { readonly isAbsent: boolean; readonly fault: string };

const FIELDS = ['index', 'name', 'driver_version', 'memory.total', 'memory.used', 'utilization.gpu'] as const;
/** A driver in trouble does not answer. */
const LIMIT_MS = 5_000;

/** All NVIDIA cards of this machine, or why the driver's own program tells of none. Never throws. */
export async function nvidiaReport(env: Environment, limitMs = LIMIT_MS): Promise<NvidiaReport> {
  const found = await ask(env, query(), limitMs);
  if ('fault' in found) return found;
  const { text } = await ask(env, [], limitMs).then((header) => ('fault' in header ? { text: '' } : header));
  const [, cudaVersion] = /CUDA Version: *([\d.]+)/.exec(text) ?? [];
  return { cards: parseCards(found.text), ...(cudaVersion !== undefined && { cudaVersion }) };
}

/** One card (index or UUID) as it is now; undefined where the driver's program does not tell. Never throws. */
export async function nvidiaCard(
  id: string,
  env: Environment,
  limitMs = LIMIT_MS,
): Promise<NvidiaCard | undefined> {
  const found = await ask(env, [`--id=${id}`, ...query()], limitMs);
  return 'fault' in found ? undefined : parseCards(found.text)[0];
}

/** Lines of `--format=csv,noheader,nounits`; what a card does not have is `[N/A]` or `[Not Supported]` there. */
export function parseCards(text: string): NvidiaCard[] {
  return text
    .split('\n')
    .map((line) => line.split(',').map((cell) => cell.trim()))
    .filter((cells) => cells.length === FIELDS.length)
    .map(([index, name, driver, total, used, utilization]) => ({
      index,
      name,
      driver,
      ...numberAs('memoryTotalMib', total),
      ...numberAs('memoryUsedMib', used),
      ...numberAs('utilization', utilization),
    }));
}

function numberAs(key: string, text: string): Record<string, number> {
  return /^\d+(\.\d+)?$/.test(text) ? { [key]: Number(text) } : {};
}

const query = () => [`--query-gpu=${FIELDS.join(',')}`, '--format=csv,noheader,nounits'];

function ask(
  env: Environment,
  args: readonly string[],
  limitMs: number,
): Promise<{ text: string } | { isAbsent: boolean; fault: string }> {
  return new Promise((resolve) => {
    const options = { env: env as NodeJS.ProcessEnv, windowsHide: true };
    const child = execFile('nvidia-smi', args, options, (error, stdout, stderr) => {
      clearTimeout(timer);
      if (error === null) return resolve({ text: stdout });
      if (error.code === ('ENOENT' as unknown))
        return resolve({ isAbsent: true, fault: 'no nvidia-smi on PATH' });
      // It says on its output, not beside it, that the driver does not answer.
      const said = `${stdout}\n${stderr}`.trim().split('\n')[0];
      resolve({ isAbsent: false, fault: said || error.message });
    });
    const timer = setTimeout(() => {
      resolve({ isAbsent: false, fault: `nvidia-smi gave no answer within ${limitMs / 1000} s` });
      abandon(child);
    }, limitMs);
  });
}
