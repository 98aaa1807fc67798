import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { floatTensor, type HostTensors } from '../../src/core/tensor.ts';
import { expectSameTraining } from '../support/closeness.ts';
import { executorsHere } from '../support/executorsHere.ts';
import { suiteFolder } from '../support/temporaryFolder.ts';
import { openWithoutDropout, train, type StepsAnswer } from '../support/tunedModel.ts';
import { python } from './python.ts';
import { randomExamples, writeRandomModel } from './randomModel.ts';

const FLAT = 'prefix.prompt_embeddings';

const folder = await writeRandomModel(join(suiteFolder(), 'model'), 31);
const training = { num_train_epochs: 5, max_grad_norm: 1, lr_scheduler_type: 'linear' };

/** 20 steps each, with PEFT's initial prefix, which takes positions and has no dropout. */
const trainings = [
  { name: 'flat', prefix: { num_virtual_tokens: 6 }, arguments: { ...training, learning_rate: 1e-2 } },
  {
    name: 'flat, weight decay 0.1',
    prefix: { num_virtual_tokens: 3 },
    arguments: { ...training, learning_rate: 3e-2, weight_decay: 0.1 },
  },
  {
    name: 'projected, weight decay 0.1',
    prefix: { num_virtual_tokens: 6, prefix_projection: true, encoder_hidden_size: 20 },
    arguments: { ...training, learning_rate: 5e-3, weight_decay: 0.1 },
  },
].map((each, i) => {
  const steps = { examples: randomExamples(40 + i), batch_size: 8, arguments: each.arguments };
  const peft = { peft_type: 'PREFIX_TUNING', ...each.prefix };
  const isFlat = !('prefix_projection' in each.prefix);
  return { ...each, steps, isFlat, answer: python.tunedSteps(folder, { ...steps, peft }) };
});

describe.each(executorsHere)('prefix-tuning on %s equals PEFT', (executorId) => {
  it.each(trainings)('in 20 steps: $name', async ({ prefix, steps, isFlat, answer }) => {
    const { initial, ...rest } = await answer;
    const expected = { ...rest, tensors: renamed(rest.tensors, isFlat) };
    expect(expected.losses).toHaveLength(20);
    const methods = { prefix_tuning: { ...prefix, dropout: 0 } };
    const trained = tensorsOf(renamed(initial, isFlat));
    const found = await train(await openWithoutDropout(folder), steps, { executorId, methods, trained });
    expectSameTraining(found, expected);
  });
});

/** PEFT calls a flat prefix the weight of an embedding. */
function renamed(tensors: StepsAnswer['tensors'], isFlat: boolean): StepsAnswer['tensors'] {
  const nameOf = (name: string) => (isFlat && name === 'prefix.embedding.weight' ? FLAT : name);
  return Object.fromEntries(Object.entries(tensors).map(([name, values]) => [nameOf(name), values]));
}

function tensorsOf(tensors: StepsAnswer['tensors']): HostTensors {
  return new Map(
    Object.entries(tensors).map(([name, values]) => {
      const [first] = values;
      const shape = typeof first === 'number' ? [values.length] : [values.length, first.length];
      return [name, floatTensor(shape, values.flat())];
    }),
  );
}
