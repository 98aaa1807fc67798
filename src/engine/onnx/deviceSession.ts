import { rmSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as ort from 'onnxruntime-node';
import type { ExecutorOptions } from '../executor.ts';
import { decodeNodes } from './encode.ts';
import { leavesDevice } from './errors.ts';
import type { OnnxNode } from './model.ts';
import { placementIn } from './profile.ts';
import { runtime } from './runtime.ts';

/** The part of a session that running programs needs. */
export type Runner = Pick<ort.InferenceSession, 'run' | 'release'>;

const OPTIMIZED = 'model.onnx';

/**
 * A session whose tensors stay on the device between its nodes. ONNX Runtime gives an operator that its provider lacks to the processor,
 * with copies around it, and says so in its log alone. The copies stand in the graph as it will run, which it writes on request. What
 * takes only inputs and gives only outputs of the graph has no copies there, so the first run keeps a profile, which tells where each node
 * ran; it is told to `onPlacement`, and before anything is done with the results.
 * @throws UserError that names the operators on the processor; so does the first run
 */
export async function deviceSession(
  program: string,
  model: Uint8Array,
  options: ort.InferenceSession.SessionOptions,
  onPlacement: ExecutorOptions['onPlacement'],
): Promise<Runner> {
  const folder = await mkdtemp(join(tmpdir(), 'peft-workbench-'));
  // A process may end before the program has run.
  const removeAtExit = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeAtExit);
  const removeFolder = async () => {
    process.off('exit', removeAtExit);
    await rm(folder, { recursive: true, force: true });
  };
  let session: ort.InferenceSession | undefined;
  try {
    const optimizedModelFilePath = join(folder, OPTIMIZED);
    const profileFilePrefix = join(folder, 'profile');
    session = await runtime.InferenceSession.create(model, {
      ...options,
      optimizedModelFilePath,
      enableProfiling: true,
      profileFilePrefix,
    });
    const strays = operatorsOffDevice(decodeNodes(await readFile(optimizedModelFilePath)));
    if (strays.length > 0) throw leavesDevice(providerOf(options), program, strays);
    await rm(optimizedModelFilePath);
  } catch (error) {
    await session?.release();
    await removeFolder();
    throw error;
  }

  const opened = session;
  let isProfiled = false;
  const readProfile = async () => {
    isProfiled = true;
    opened.endProfiling();
    const [file] = await readdir(folder);
    const { placement, strays } = placementIn(await readFile(join(folder, file), 'utf8'));
    await removeFolder();
    if (strays.length > 0) throw leavesDevice(providerOf(options), program, strays);
    onPlacement?.(program, placement);
  };
  return {
    run: async (inputs: ort.InferenceSession.OnnxValueMapType) => {
      const outputs = await opened.run(inputs);
      try {
        if (!isProfiled) await readProfile();
      } catch (error) {
        for (const output of Object.values(outputs)) output.dispose();
        throw error;
      }
      return outputs;
    },
    release: async () => {
      await opened.release();
      await removeFolder();
    },
  };
}

function providerOf({ executionProviders = [] }: ort.InferenceSession.SessionOptions): string {
  const [first] = executionProviders;
  return typeof first === 'string' ? first : first.name;
}

/** Operators that take a copy from the device, or whose result is copied to it; each once. */
function operatorsOffDevice(nodes: readonly Pick<OnnxNode, 'op' | 'inputs' | 'outputs'>[]): string[] {
  const copied = (op: string, side: 'inputs' | 'outputs') =>
    new Set(nodes.filter((node) => node.op === op).flatMap((node) => node[side]));
  const fromDevice = copied('MemcpyToHost', 'outputs');
  const toDevice = copied('MemcpyFromHost', 'inputs');
  const strays = nodes.filter(
    ({ inputs, outputs }) =>
      inputs.some((name) => fromDevice.has(name)) || outputs.some((name) => toDevice.has(name)),
  );
  return [...new Set(strays.map(({ op }) => op))].sort();
}
