import type { ModelFolder } from '../../src/checkpoints/modelFolder.ts';
import type { HostTensors } from '../../src/core/tensor.ts';
import { openDecoder } from '../../src/generation/decoder.ts';
import { generate } from '../../src/generation/generate.ts';
import { generationFields, type GenerationSettings } from '../../src/tasks/generationFields.ts';
import { openSession } from '../../src/trainer/session.ts';
import { configurationOf } from './tunedModel.ts';

interface Continuing {
  readonly methods?: Record<string, object>;
  /** `task` of the recipe. */
  readonly task: object;
  readonly trained?: HostTensors;
  readonly settings: Partial<GenerationSettings>;
}

/** What the product writes behind prompts, in one batch: token ids, without the one that ends a text. */
export async function continued(
  model: ModelFolder,
  prompts: readonly (readonly number[])[],
  { methods = { ln_tuning: {} }, task, trained, settings }: Continuing,
): Promise<(readonly number[])[]> {
  const session = await openSession(configurationOf({ methods, task }), model, {
    labels: [],
    seed: 0,
    executorId: 'onnx-cpu',
    trained,
  });
  const { architecture, shape } = model;
  const decoder = await openDecoder(session);
  const texts = await generate(decoder, prompts, [...prompts.keys()], {
    settings: generationFields.parse(settings),
    eosTokenId: architecture.nextToken!.endTokenId(shape),
    maxLength: session.assembly.maxLength,
    seed: 0,
  });
  await decoder.dispose();
  await session.dispose();
  return texts;
}
