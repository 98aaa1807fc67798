import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as ort from 'onnxruntime-node';
import { decodeNodes } from './encode.ts';
import { leavesDevice } from './errors.ts';
import type { OnnxNode } from './model.ts';
import { providerOf } from './profiledSession.ts';
import { runtime } from './runtime.ts';

/**
 * A session whose tensors stay on the device between its nodes. ONNX Runtime gives an operator that its provider lacks to the processor,
 * with copies around it, and says so in its log alone. The copies stand in the graph as it will run, which it writes on request. What
 * takes only inputs and gives only outputs of the graph has no copies there: see profiledSession.
 * @throws UserError that names the operators on the processor
 */
export async function deviceSession(
  program: string,
  model: Uint8Array,
  options: ort.InferenceSession.SessionOptions,
): Promise<ort.InferenceSession> {
  const folder = await mkdtemp(join(tmpdir(), 'peft-workbench-'));
  let session: ort.InferenceSession | undefined;
  try {
    const optimizedModelFilePath = join(folder, 'model.onnx');
    session = await runtime.InferenceSession.create(model, { ...options, optimizedModelFilePath });
    const strays = operatorsOffDevice(decodeNodes(await readFile(optimizedModelFilePath)));
    if (strays.length > 0) throw leavesDevice(providerOf(options), program, strays);
    return session;
  } catch (error) {
    await session?.release();
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
