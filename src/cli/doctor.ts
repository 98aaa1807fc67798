import { constants } from 'node:fs';
import { access, readdir, realpath, stat } from 'node:fs/promises';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Environment } from '../core/environment.ts';
import manifest from '../../package.json' with { type: 'json' };
import { computesOn } from '../engine/devices.ts';
import type { ExecutorId } from '../engine/executor.ts';
import { hasGraphicsCard } from '../engine/graphics.ts';
import { nvidiaReport } from '../engine/nvidiaSmi.ts';
import { offeredExecutors, resolveExecutor } from '../engine/registry.ts';
import { readMachineSpeed, speedFile } from '../facts/machineSpeed.ts';
import { listCachedModels } from '../hub/cache.ts';
import { cacheRoot } from '../hub/environment.ts';
import type { Command, Io } from './command.ts';
import { clause } from '../core/display.ts';
import type { DoctorReport } from '../protocol/doctorReport.ts';
import { doctorText } from '../protocol/doctorText.ts';
import type { Probe } from '../trainer/probe.ts';
import { tryExecutor } from '../trainer/tryExecutor.ts';

export const command: Command = {
  name: 'doctor',
  usage: '[--json]',
  summary: 'Says what this machine has for training, what is missing and what to do about it.',
  positionals: { least: 0, most: 0 },
  options: { json: { type: 'boolean' } },
  async run({ values, io, signal }) {
    const report = await examine(io, signal);
    io.stdout.write(values.json === true ? `${JSON.stringify(report, undefined, 2)}\n` : doctorText(report));
    const chosen = resolveExecutor('auto');
    return report.executors.some(({ id, works }) => id === chosen && works) ? 0 : 1;
  },
};

type Examined = { readonly id: ExecutorId } & Probe;
type Findings = Omit<DoctorReport, 'executors' | 'advice'> & { readonly executors: readonly Examined[] };

/** For each executor; a driver may hang. */
const PROBE_LIMIT_MS = 60_000;

/** Each executor in a process of its own, so that a driver that crashes or hangs is an answer, too. */
async function examine({ cwd, env }: Io, signal: AbortSignal): Promise<DoctorReport> {
  const probes: Examined[] = [];
  for (const id of offeredExecutors)
    probes.push({ id, ...(await tryExecutor(id, undefined, { env, signal, limitMs: PROBE_LIMIT_MS })) });
  const runs = resolve(cwd, 'runs');
  const findings: Findings = {
    version: manifest.version,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    threads: availableParallelism(),
    memoryBytes: { total: totalmem(), free: freemem() },
    graphics: { isThere: hasGraphicsCard(), nvidia: await nvidiaReport(env) },
    executors: probes,
    cache: await cacheOf(env),
    speed: { file: speedFile(env), measured: (await readMachineSpeed(env)) !== undefined },
    runs: { dir: runs, writable: await isWritable(runs) },
  };
  return { ...findings, advice: adviceOn(findings, env) };
}

async function cacheOf(env: Environment): Promise<DoctorReport['cache']> {
  const dir = cacheRoot(env);
  const models = await listCachedModels(dir);
  // Snapshots link to files that they may share.
  const files = new Set<string>();
  for (const { dir: snapshot } of models) {
    for (const name of await readdir(snapshot, { recursive: true })) {
      const file = await realpath(join(snapshot, name)).catch(() => undefined);
      if (file !== undefined) files.add(file);
    }
  }
  const sizes = await Promise.all(
    [...files].map(async (path) => {
      const found = await stat(path);
      return found.isFile() ? found.size : 0;
    }),
  );
  return { dir, models: models.length, sizeBytes: sizes.reduce((sum, size) => sum + size, 0) };
}

/** Whether a folder can be written in, or, where it does not exist yet, be made. */
async function isWritable(dir: string): Promise<boolean> {
  try {
    await access(dir, constants.W_OK | constants.X_OK);
    return true;
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT' && dirname(dir) !== dir;
    return isAbsent && isWritable(dirname(dir));
  }
}

function adviceOn(
  { node, platform, graphics, executors: probes, cache, runs }: Findings,
  env: Environment,
): string[] {
  const needed = manifest.engines.node.replace('>=', '');
  const isOld = node.localeCompare(needed, 'en', { numeric: true }) < 0;
  return [
    ...(isOld ? [`Node ${node} is older than ${needed}: install a newer one.`] : []),
    ...probes
      .filter(({ id, works }) => id === resolveExecutor('auto') && !works)
      .map(
        ({ id }) =>
          `${id} does not work: install again with \`npm ci\`; its package may not exist for ${platform}.`,
      ),
    ...graphicsAdvice(graphics, probes, env),
    ...(cache.models === 0
      ? [
          'No model is cached: `peft-workbench download sentence-transformers/all-MiniLM-L6-v2` fetches a small one.',
        ]
      : []),
    ...(runs.writable ? [] : [`${runs.dir} cannot be written: name another folder with --runs.`]),
  ];
}

/** Nobody has to have a graphics card; who has one may want to know why nothing uses it. */
function graphicsAdvice(
  { isThere, nvidia }: DoctorReport['graphics'],
  probes: readonly Examined[],
  env: Environment,
): string[] {
  if (!isThere) return [];
  if ('fault' in nvidia && !nvidia.isAbsent)
    return [`NVIDIA's driver does not answer (${nvidia.fault}): install it again, or restart the machine.`];
  return probes.flatMap((probed) =>
    computesOn(probed.id, env) === 'graphics card' && !probed.works && probed.remedy !== undefined
      ? [`${probed.id} does not work: ${clause(probed.fault)}. ${clause(probed.remedy)}`]
      : [],
  );
}
