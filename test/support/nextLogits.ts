import type { ModelFolder } from '../../src/checkpoints/modelFolder.ts';
import type { HostTensors } from '../../src/core/tensor.ts';
import type { ExecutorId } from '../../src/engine/executor.ts';
import { openDecoder } from '../../src/generation/decoder.ts';
import { openSession } from '../../src/trainer/session.ts';
import { configurationOf } from './tunedModel.ts';

interface Tuned {
  readonly task: object;
  readonly methods: Record<string, object>;
  readonly trained?: HostTensors;
  readonly executorId?: ExecutorId;
}

/** Logits (B, V) of the token behind each text, as they are read where texts are written. */
export async function nextLogitsOf(
  model: ModelFolder,
  texts: readonly (readonly number[])[],
  { task, methods, trained, executorId = 'onnx-cpu' }: Tuned,
): Promise<Float32Array> {
  const configuration = configurationOf({ methods, task });
  const session = await openSession(configuration, model, { labels: [], seed: 0, executorId, trained });
  const decoder = await openDecoder(session);
  const { logits } = await decoder.begin(texts);
  await decoder.dispose();
  await session.dispose();
  return Float32Array.from(logits.data);
}
