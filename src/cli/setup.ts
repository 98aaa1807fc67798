import { bytes } from '../core/display.ts';
import { internal } from '../core/errors.ts';
import { roughDuration } from '../core/roughDuration.ts';
import type { ExecutorId } from '../engine/executor.ts';
import { nvidiaReport } from '../engine/nvidiaSmi.ts';
import { setupFolder } from '../engine/setupPlace.ts';
import { findPackage } from '../engine/tensorflowPackage.ts';
import type { SetupEvent } from '../protocol/commandLine.ts';
import { stepFailed } from '../setup/errors.ts';
import {
  CUDA_DOWNLOAD_BYTES,
  CUDA_SPACE_BYTES,
  cudaFolder,
  cudaWheels,
  setUpOnnxCuda,
} from '../setup/onnxCuda.ts';
import { buildFolder, setUpTensorflow } from '../setup/tensorflow.ts';
import { bindingVersion, cpu, cuda, type Flavour } from '../setup/tensorflowRecipe.ts';
import { tryExecutor } from '../trainer/tryExecutor.ts';
import type { Command, CommandContext, Io } from './command.ts';
import { deviceOfOwnPackage, noDeviceOf, noSuchDevice, noSuchSetup } from './errors.ts';

type SetupContext = Pick<CommandContext, 'values' | 'io' | 'signal'>;
type MakeWork = (context: SetupContext, report: (line: string) => void) => Work | Promise<Work>;

/** What can be set up, by the ids of executors. */
const works: Readonly<Record<string, MakeWork>> = { tensorflow: tensorflowWork, 'onnx-cuda': onnxCudaWork };

export const command: Command = {
  name: 'setup',
  usage: 'tensorflow|onnx-cuda [--device cpu|cuda] [--dry-run] [--json]',
  summary:
    'Fetches, and for tensorflow builds, what an executor needs, from pinned packages of npm and PyPI, and runs training steps on it. Says first what it does.',
  positionals: { least: 1, most: 1 },
  options: {
    device: { type: 'string' },
    'dry-run': { type: 'boolean' },
    json: { type: 'boolean' },
  },
  async run({ values, positionals: [what], io, signal }) {
    if (!Object.hasOwn(works, what)) throw noSuchSetup(what, Object.keys(works));
    const tell = values.json === true ? jsonReport(io) : textReport(io);
    const report = (line: string) => tell({ event: 'progress', line });
    const work = await works[what]({ values, io, signal }, report);
    tell({ event: 'plan', steps: work.steps });
    if (values['dry-run'] !== true) tell({ event: 'done', ...(await work.run()) });
    return 0;
  },
};

type Done = Omit<Extract<SetupEvent, { event: 'done' }>, 'event'>;

interface Work {
  /** What it does, a sentence each. */
  readonly steps: string[];
  run(): Promise<Done>;
}

function onnxCudaWork({ values, io: { env }, signal }: SetupContext, report: (line: string) => void): Work {
  if (values.device !== undefined) throw noDeviceOf('onnx-cuda', values.device as string);
  const folder = setupFolder(env);
  const verify = (dir: string) =>
    tried('onnx-cuda', dir, { ...env, PEFT_WORKBENCH_ONNXRUNTIME: dir }, signal);
  return {
    steps: [
      `Fetch ${cudaWheels.join(', ')} from PyPI: about ${bytes(CUDA_DOWNLOAD_BYTES)}.`,
      `Put their libraries beside a copy of onnxruntime-node, in ${cudaFolder(folder)}: ${bytes(CUDA_SPACE_BYTES)} while it is made, about half of that afterwards.`,
      'Run training steps on it, and write down where it is.',
    ],
    run: () => setUpOnnxCuda({ folder, env, signal, report, verify }),
  };
}

/** A package of the user's own is only tried; else one is built. */
async function tensorflowWork(
  { values, io: { env }, signal }: SetupContext,
  report: (line: string) => void,
): Promise<Work> {
  const found = findPackage(env);
  const asked = values.device === undefined ? undefined : flavourNamed(values.device as string);
  if (asked !== undefined && found?.namedBy === 'setting') throw deviceOfOwnPackage(asked.id, found.dir);
  const verify = (dir: string) =>
    tried('tensorflow', dir, { ...env, PEFT_WORKBENCH_TENSORFLOW: dir }, signal);
  if (found !== undefined && found.namedBy !== 'setup' && asked === undefined)
    return {
      steps: [`Run training steps on the package in ${found.dir}.`],
      run: async () => ({ dir: found.dir, ...(await verify(found.dir)) }),
    };
  const folder = setupFolder(env);
  const flavour = asked ?? ((await hasNvidia(env)) ? cuda : cpu);
  return {
    steps: stepsOf(flavour, folder),
    run: () => setUpTensorflow(flavour, { folder, env, signal, report, verify }),
  };
}

function flavourNamed(device: string): Flavour {
  const flavour = [cpu, cuda].find(({ id }) => id === device);
  if (flavour === undefined) throw noSuchDevice(device);
  return flavour;
}

async function hasNvidia(env: Io['env']): Promise<boolean> {
  const report = await nvidiaReport(env);
  return 'cards' in report && report.cards.length > 0;
}

function stepsOf(flavour: Flavour, folder: string): string[] {
  return [
    `Fetch ${flavour.binding} ${bindingVersion(flavour)} from npm, and ${flavour.wheels.join(', ')} from PyPI: about ${bytes(flavour.downloadBytes)}; no install script is run.`,
    `Compile its binding with g++, in ${buildFolder(folder, flavour)}: ${bytes(flavour.spaceBytes)} while it is built, about a third of that afterwards.`,
    'Run training steps on it, and write down where it is.',
  ];
}

/** A card may first compile its kernels. */
const TRIAL_LIMIT_MS = 600_000;

/** Real steps of a small model, on the package in a folder, whose native part may crash or hang. @throws RunFailure where one fails */
async function tried(
  executor: ExecutorId,
  dir: string,
  env: Io['env'],
  signal: AbortSignal,
): Promise<Omit<Done, 'dir'>> {
  const trial = await tryExecutor(executor, undefined, {
    env,
    signal,
    limitMs: TRIAL_LIMIT_MS,
    measure: true,
  });
  if (!trial.works) throw stepFailed(dir, trial.fault);
  return { device: trial.device, secondsPerStep: trial.secondsPerStep ?? internal('a trial without a time') };
}

function jsonReport({ stdout }: Io): (event: SetupEvent) => void {
  return (event) => stdout.write(`${JSON.stringify(event)}\n`);
}

/** What is done goes to stderr, where progress goes; the folder alone to stdout. */
function textReport({ stdout, stderr }: Io): (event: SetupEvent) => void {
  return (event) => {
    if (event.event === 'plan')
      return stderr.write(event.steps.map((step, i) => `${i + 1}. ${step}\n`).join(''));
    if (event.event === 'progress') return stderr.write(`${event.line}\n`);
    stderr.write(
      `It works on ${event.device}: a small LN-tuning step took ${roughDuration(event.secondsPerStep)}.\n`,
    );
    return stdout.write(`${event.dir}\n`);
  };
}
