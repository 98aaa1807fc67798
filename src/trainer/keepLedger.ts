import { join } from 'node:path';
import { ADAPTER_TENSORS } from '../checkpoints/adapterFolder.ts';
import type { ModelFolder } from '../checkpoints/modelFolder.ts';
import { readHeader, readTensors } from '../checkpoints/safetensors.ts';
import { sizeOf, type HostTensor } from '../core/tensor.ts';
import type { TrainedTensor } from '../peft/method.ts';
import { storedTensors } from '../program/assembly.ts';
import { GRADIENT_SQUARES } from '../program/training.ts';
import { writeLedger, type LedgerEntry } from '../runs/ledger.ts';
import { runPaths } from '../runs/runPaths.ts';
import { foldedTensors } from './conclude.ts';
import { ledgerDisagrees } from './errors.ts';
import { trialStep, type TrialContext } from './trialStep.ts';
import { initialValues } from './weights.ts';

export interface LedgerContext extends TrialContext {
  readonly runDir: string;
  readonly model: ModelFolder;
  /** Steps behind the values that are kept: those of the best checkpoint. */
  readonly step: number;
}

/**
 * Writes what became of every trained tensor, once the adapter is written and while the session holds its values.
 * @throws RunFailure where that is not what was declared
 */
export async function keepLedger(context: LedgerContext): Promise<void> {
  const { runDir, session } = context;
  const squares = (await session.state.read([GRADIENT_SQUARES])).get(GRADIENT_SQUARES)!.data;
  const reloaded = await reloadedTensors(runDir, context);
  const measured: LedgerEntry[] = [];
  for (const [i, tensor] of session.assembly.trained.entries()) {
    const { name, method, shape } = tensor;
    const gradient = Math.sqrt(squares[i]);
    measured.push({
      tensor: name,
      method,
      shape,
      count: sizeOf(shape),
      declared: true,
      connected: gradient > 0,
      gradient,
      change: await changeOf(tensor, context),
      saved: await reloaded(tensor),
    });
  }
  const tensors = await withFaults(measured, context);
  await writeLedger(runDir, { agrees: tensors.every(({ fault }) => fault === undefined), tensors });
  const faulty = tensors.filter(({ fault }) => fault !== undefined);
  if (faulty.length > 0) throw ledgerDisagrees(faulty as (LedgerEntry & { fault: string })[]);
}

/** One tensor at a time: the model may be large, and the peak of memory is behind the run. */
async function changeOf(tensor: TrainedTensor, { session, model, seed }: LedgerContext): Promise<number> {
  const before = (await initialValues({ trained: [tensor] }, model, seed)).get(tensor.name)!.data;
  const after = (await session.state.read([tensor.name])).get(tensor.name)!.data;
  let square = 0;
  for (let i = 0; i < after.length; i++) square += (after[i] - before[i]) ** 2;
  return Math.sqrt(square);
}

/** Whether the adapter's file holds a tensor as it stands, or, for one that is folded away, what its method is folded into. */
async function reloadedTensors(
  runDir: string,
  { session }: LedgerContext,
): Promise<(tensor: TrainedTensor) => Promise<boolean>> {
  const { assembly, state } = session;
  const header = await readHeader(join(runPaths(runDir).adapter, ADAPTER_TENSORS));
  const folded = await foldedTensors(session);
  const foldedInto = storedTensors(assembly, assembly.trained).filter(({ name }) => folded.has(name));
  const isThere = async (name: string, expected: HostTensor) =>
    header.tensors.has(name) && sameBits((await readTensors(header, [name])).get(name)!, expected);
  return async ({ name, method, stored }) => {
    if (stored) return isThere(name, (await state.read([name])).get(name)!);
    const into = foldedInto.filter((tensor) => tensor.method === method);
    for (const tensor of into) if (!(await isThere(tensor.name, folded.get(tensor.name)!))) return false;
    return into.length > 0;
  };
}

function sameBits(a: HostTensor, b: HostTensor): boolean {
  const bytes = ({ data }: HostTensor) => Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return a.shape.join() === b.shape.join() && bytes(a).equals(bytes(b));
}

/** Standard deviations of what is added to values where a gradient is zero; the last is as large as weights ever are. */
const AWAY = [0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28];
/** A tensor that a step at this share of the run's highest rate moves cannot have stood still through the run. */
const SMALL_SHARE = 0.01;
/** Moves every float32 whose gradient is not zero. */
const HUGE_RATE = 1e30;

/**
 * What is open is tried with single steps beside the run. A gradient may be zero throughout an honest run (`lora_A` while `lora_B` is still
 * zero): then it is not zero a little away from there. A tensor may stand still where the rate is too small for float32, or zero while it
 * warms up: then a larger rate moves it.
 */
async function withFaults(entries: readonly LedgerEntry[], context: LedgerContext): Promise<LedgerEntry[]> {
  const { steps, step } = context;
  const unconnected = new Set(entries.filter(({ connected }) => !connected).map(({ tensor }) => tensor));
  for (const away of AWAY) {
    if (unconnected.size === 0) break;
    const { hadGradient } = await trialStep(context, { away, learningRate: () => 0 });
    for (const name of hadGradient) unconnected.delete(name);
  }
  const highest = (method: string) =>
    Array.from({ length: step }, (_, i) => steps.learningRate(method, i)).reduce((a, b) => Math.max(a, b), 0);
  const stands = entries.some(({ gradient, change }) => gradient > 0 && change === 0);
  const [small, huge] = stands
    ? [
        await trialStep(context, { learningRate: (method) => SMALL_SHARE * highest(method) }),
        await trialStep(context, { learningRate: () => HUGE_RATE }),
      ]
    : [];
  return entries.map((entry) => {
    const { tensor, gradient, change, saved } = entry;
    const stood = gradient > 0 && change === 0;
    const faults = [
      ...(unconnected.has(tensor) ? ['the loss does not depend on it'] : []),
      ...(stood && huge?.moved.has(tensor) === false
        ? ['no step moves it, though its gradient is not zero']
        : []),
      ...(stood && small?.moved.has(tensor) ? ['it has its initial value, though steps move it'] : []),
      ...(saved ? [] : ['the adapter, read again, does not hold it as it was trained']),
    ];
    return {
      ...entry,
      connected: !unconnected.has(tensor),
      ...(faults.length > 0 && { fault: faults.join('; ') }),
    };
  });
}
