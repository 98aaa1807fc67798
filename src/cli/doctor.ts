import { constants } from 'node:fs';
import { access, readdir, realpath, stat } from 'node:fs/promises';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import type { ExecutorId } from '../engine/executor.ts';
import { executors, resolveExecutor } from '../engine/registry.ts';
import { readMachineSpeed, speedFile } from '../facts/machineSpeed.ts';
import { listCachedModels } from '../hub/cache.ts';
import { cacheRoot, type Environment } from '../hub/environment.ts';
import type { Command, Io } from './command.ts';
import { probe, type Probe } from './probe.ts';
import { bytes, count, plural } from '../core/display.ts';
import { textTable } from '../core/textTable.ts';

export const command: Command = {
  name: 'doctor',
  usage: '[--json]',
  summary: 'Says what this machine has for training, what is missing and what to do about it.',
  positionals: { least: 0, most: 0 },
  options: { json: { type: 'boolean' } },
  async run({ values, io }) {
    const report = await examine(io);
    io.stdout.write(values.json === true ? `${JSON.stringify(report, undefined, 2)}\n` : textOf(report));
    const chosen = resolveExecutor('auto');
    return report.executors.some(({ id, works }) => id === chosen && works) ? 0 : 1;
  },
};

/** What `--json` prints; its keys are documented and keep their meaning. */
interface Report {
  readonly version: string;
  readonly node: string;
  readonly platform: string;
  readonly processor: string;
  readonly threads: number;
  readonly memoryBytes: { readonly total: number; readonly free: number };
  readonly executors: readonly Probe[];
  readonly cache: { readonly dir: string; readonly models: number; readonly sizeBytes: number };
  /** Whether `measure` has measured this machine, and where it keeps that. */
  readonly speed: { readonly file: string; readonly measured: boolean };
  readonly runs: { readonly dir: string; readonly writable: boolean };
  /** What is missing, and what to do about it. */
  readonly advice: readonly string[];
}

/** The reference executor works everywhere and is too slow to train with: it says nothing about a machine. */
const offered = (Object.keys(executors) as ExecutorId[]).filter((id) => id !== 'reference');

async function examine({ cwd, env }: Io): Promise<Report> {
  const probes: Probe[] = [];
  for (const id of offered) probes.push(await probe(id));
  const runs = resolve(cwd, 'runs');
  const report = {
    version: manifest.version,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    threads: availableParallelism(),
    memoryBytes: { total: totalmem(), free: freemem() },
    executors: probes,
    cache: await cacheOf(env),
    speed: { file: speedFile(env), measured: (await readMachineSpeed(env)) !== undefined },
    runs: { dir: runs, writable: await isWritable(runs) },
  };
  return { ...report, advice: adviceOn(report) };
}

async function cacheOf(env: Environment): Promise<Report['cache']> {
  const dir = cacheRoot(env);
  const models = await listCachedModels(dir);
  // Snapshots link to files that they may share.
  const files = new Set<string>();
  for (const { dir: snapshot } of models) {
    for (const name of await readdir(snapshot)) {
      const file = await realpath(join(snapshot, name)).catch(() => undefined);
      if (file !== undefined) files.add(file);
    }
  }
  const sizes = await Promise.all([...files].map(async (file) => (await stat(file)).size));
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

function adviceOn({ node, platform, executors: probes, cache, runs }: Omit<Report, 'advice'>): string[] {
  const needed = manifest.engines.node.replace('>=', '');
  const isOld = node.localeCompare(needed, 'en', { numeric: true }) < 0;
  return [
    ...(isOld ? [`Node ${node} is older than ${needed}: install a newer one.`] : []),
    // Another executor says itself what it needs, and nobody has to have it.
    ...probes
      .filter(({ id, works }) => id === resolveExecutor('auto') && !works)
      .map(
        ({ id }) =>
          `${id} does not work: install again with \`npm ci\`; its package may not exist for ${platform}.`,
      ),
    ...(cache.models === 0
      ? [
          'No model is cached: `peft-workbench download sentence-transformers/all-MiniLM-L6-v2` fetches a small one.',
        ]
      : []),
    ...(runs.writable ? [] : [`${runs.dir} cannot be written: name another folder with --runs.`]),
  ];
}

function textOf(report: Report): string {
  const { version, node, platform, processor, threads, memoryBytes, cache, speed, runs, advice } = report;
  const rows = [
    ['peft-workbench', version],
    ['Node', `${node} (${platform})`],
    ['processor', `${processor}, ${plural(threads, 'thread')}`],
    ['memory', `${bytes(memoryBytes.total)}, ${bytes(memoryBytes.free)} free`],
    ...report.executors.map((found) => [found.id, executorText(found)]),
    ['model cache', `${cache.dir}: ${count(cache.models)} models, ${bytes(cache.sizeBytes)}`],
    ['speed', speed.measured ? `${speed.file}: measured` : 'not measured: `peft-workbench measure` does it'],
    ['runs', `${runs.dir}: ${runs.writable ? 'can be written' : 'cannot be written'}`],
  ];
  return textTable(rows) + advice.map((line) => `\n${line}\n`).join('');
}

function executorText(found: Probe): string {
  if (!found.works) return `does not work: ${found.fault.replace(/\s+/g, ' ')}`;
  const versions = Object.entries(found.versions).map(([name, version]) => `${name} ${version}`);
  return ['works', found.device, ...versions].join(', ');
}
