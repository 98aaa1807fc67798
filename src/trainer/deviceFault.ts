import { totalmem } from 'node:os';
import { bytes } from '../core/display.ts';
import { messageOf, RunFailure, UserError } from '../core/errors.ts';
import { cardOf } from '../engine/devices.ts';
import type { ExecutorId } from '../engine/executor.ts';
import { nvidiaCard } from '../engine/nvidiaSmi.ts';
import { fittingBatch, type BatchField } from '../plan/fittingBatch.ts';
import type { Configuration } from '../recipe/recipe.ts';
import { deviceLost, memoryExhausted } from './errors.ts';
import type { Inputs } from './inputs.ts';

export type FaultKind = 'memory' | 'lost';

/**
 * As ONNX Runtime, Dawn, Vulkan, Direct3D 12, CUDA with its libraries, and TensorFlow say it. Too many storage buffers are want of memory, too:
 * ONNX Runtime's WebGPU provider cuts a tensor beyond the largest binding in pieces, of which a kernel takes a few alone.
 */
const MESSAGES: readonly [FaultKind, RegExp][] = [
  [
    'lost',
    /device[ _](was |is )?lost|device[ _](removed|hung)|unspecified launch failure|illegal (memory access|address)|fallen off the bus|CUDA failure (46|700|719)\b/i,
  ],
  [
    'memory',
    /out[ _-]of[ _-]?(device |host |device_|host_)?memory|OutOfMemory|failed to allocate memory|BFC ?Arena.*(ran out|Failed)|ALLOC_FAILED|bad_alloc|CUDA failure 2\b|OOM when allocating|resource[ _]?exhausted|exceeds the max buffer size|buffer size .* exceeds|Failed to create .*buffer|Too many storage buffers in shader/i,
  ],
];

/** Whether an executor failed for want of memory, or because its device is gone; undefined for all else. */
export function faultKind(error: unknown): FaultKind | undefined {
  if (error instanceof UserError || error instanceof RunFailure) return undefined;
  const message = messageOf(error);
  return MESSAGES.find(([, pattern]) => pattern.test(message))?.[0];
}

export interface FaultContext {
  readonly configuration: Configuration;
  readonly inputs: Pick<Inputs, 'model' | 'labels' | 'tokenizer'>;
  readonly executorId: ExecutorId;
  /** Optimizer steps done. */
  readonly step: number;
  /** What was computed: a step's batch or an evaluation's. */
  readonly field: BatchField;
  readonly env: NodeJS.ProcessEnv;
  /** Writes a checkpoint of what is left on the device, where that is whole. */
  save?(): Promise<void>;
}

/** What a run fails with where its device did; any other error as it is. */
export async function explainFault(error: unknown, context: FaultContext): Promise<unknown> {
  const kind = faultKind(error);
  if (kind === undefined) return error;
  const { executorId, step } = context;
  // Of a device that is gone nothing can be read: the last checkpoint stays.
  const isSaved = kind === 'memory' && (await tries(context.save));
  const reason = messageOf(error).trim().split('\n')[0];
  const checkpoint = isSaved ? `The checkpoint is that of step ${step}` : 'The last checkpoint is kept';
  if (kind === 'lost') return deviceLost(executorId, step, reason, checkpoint);
  return memoryExhausted(executorId, step, reason, checkpoint, await adviceOf(context));
}

/** Whether it is there and works. */
async function tries(save: (() => Promise<void>) | undefined): Promise<boolean> {
  try {
    await save?.();
    return save !== undefined;
  } catch {
    return false;
  }
}

async function adviceOf(context: FaultContext): Promise<string> {
  const { configuration, inputs, field } = context;
  const memory = await memoryOf(context);
  const now = configuration.training[field];
  const found = fittingBatch(
    {
      configuration,
      model: { ...inputs.model, tokenizerMaxLength: inputs.tokenizer.maxLength },
      numLabels: inputs.labels.length || undefined,
    },
    field,
    memory,
  );
  if (found === undefined) return `By the plan no smaller ${field} than ${now} would fit`;
  const room = memory === undefined ? '' : ` of ${bytes(memory)}`;
  const updates = field === 'per_device_train_batch_size' ? sameUpdates(configuration, found.batchSize) : '';
  return `By the plan ${field}: ${found.batchSize} in place of ${now} needs ${bytes(found.bytes)}${room}${updates}`;
}

/** What keeps the optimizer's steps as large as they were. */
function sameUpdates({ training }: Configuration, size: number): string {
  const { per_device_train_batch_size: now, gradient_accumulation_steps: batches } = training;
  return `; with gradient_accumulation_steps: ${batches * Math.ceil(now / size)} the updates stay as large`;
}

/** Bytes of memory where the executor computes, as far as it is known. */
async function memoryOf({ executorId, env }: FaultContext): Promise<number | undefined> {
  const card = cardOf(executorId, env);
  if (card === undefined) return totalmem();
  const mib = (await nvidiaCard(card, env))?.memoryTotalMib;
  return mib === undefined ? undefined : mib * 2 ** 20;
}
