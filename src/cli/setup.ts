import { bytes } from '../core/display.ts';
import { roughDuration } from '../core/roughDuration.ts';
import { executors } from '../engine/registry.ts';
import { setupFolder } from '../engine/setupPlace.ts';
import { findPackage } from '../engine/tensorflowPackage.ts';
import type { SetupEvent } from '../protocol/commandLine.ts';
import {
  CUDA_DOWNLOAD_BYTES,
  CUDA_SPACE_BYTES,
  cudaFolder,
  cudaWheels,
  setUpOnnxCuda,
} from '../setup/onnxCuda.ts';
import { buildFolder, setUpTensorflow } from '../setup/tensorflow.ts';
import { cpu, cuda, type Flavour } from '../setup/tensorflowRecipe.ts';
import { hasNvidia } from '../setup/tools.ts';
import { measureSteps } from '../trainer/measureSteps.ts';
import { tryExecutor } from '../trainer/tryExecutor.ts';
import type { Command, CommandContext, Io } from './command.ts';
import { noSuchDevice, noSuchSetup } from './errors.ts';

/** What can be set up: the ids of executors. */
const KNOWN = ['tensorflow', 'onnx-cuda'];

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
    if (!KNOWN.includes(what)) throw noSuchSetup(what, KNOWN);
    const tell = values.json === true ? jsonReport(io) : textReport(io);
    const report = (line: string) => tell({ event: 'progress', line });
    const work =
      what === 'onnx-cuda'
        ? onnxCudaWork({ io, signal }, report)
        : await workFor({ values, io, signal }, report);
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

function onnxCudaWork(
  { io: { env }, signal }: Pick<CommandContext, 'io' | 'signal'>,
  report: (line: string) => void,
): Work {
  const folder = setupFolder(env);
  const verify = async (dir: string) => {
    const trial = await tryExecutor('onnx-cuda', 'small', {
      env: { ...env, PEFT_WORKBENCH_ONNXRUNTIME: dir },
      signal,
    });
    if (!trial.works) throw new Error(trial.fault);
    return { device: trial.device, secondsPerStep: trial.secondsPerStep ?? NaN };
  };
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
async function workFor(
  { values, io: { env }, signal }: Pick<CommandContext, 'values' | 'io' | 'signal'>,
  report: (line: string) => void,
): Promise<Work> {
  const found = findPackage(env);
  if (found !== undefined && found.namedBy !== 'setup')
    return {
      steps: [`Run training steps on the package in ${found.dir}.`],
      run: async () => ({ dir: found.dir, ...(await tried(found.dir, signal)) }),
    };
  const folder = setupFolder(env);
  const flavour = await flavourOf(values.device, { env, signal });
  return {
    steps: stepsOf(flavour, folder),
    run: () => setUpTensorflow(flavour, { folder, env, signal, report, verify: (dir) => tried(dir, signal) }),
  };
}

async function flavourOf(
  device: CommandContext['values'][string],
  options: Parameters<typeof hasNvidia>[0],
): Promise<Flavour> {
  if (device === undefined) return (await hasNvidia(options)) ? cuda : cpu;
  return [cpu, cuda].find(({ id }) => id === device) ?? raise(noSuchDevice(device as string));
}

function raise(error: Error): never {
  throw error;
}

function stepsOf(flavour: Flavour, folder: string): string[] {
  return [
    `Fetch ${flavour.binding} 4.22.0 from npm, and ${flavour.wheels.join(', ')} from PyPI: about ${bytes(flavour.downloadBytes)}; no install script is run.`,
    `Compile its binding with g++, in ${buildFolder(folder, flavour)}: ${bytes(flavour.spaceBytes)} while it is built, about a third of that afterwards.`,
    'Run training steps on it, and write down where it is.',
  ];
}

/** Real steps of small models, on the package in a folder. @throws Error where one fails */
async function tried(dir: string, signal: AbortSignal): Promise<Omit<Done, 'dir'>> {
  process.env.PEFT_WORKBENCH_TENSORFLOW = dir;
  const executor = await executors.tensorflow();
  const { device } = await executor.describe();
  await executor.dispose();
  const [{ seconds }] = await measureSteps('tensorflow', signal);
  return { device, secondsPerStep: seconds };
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
