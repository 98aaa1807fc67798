import { describe, expect, it, vi } from 'vitest';
import type { ModelFolder } from '../../../src/checkpoints/modelFolder.ts';
import { readPeftFolder } from '../../../src/exports/readPeft.ts';
import type { EncoderShape } from '../../../src/models/postNormEncoder.ts';
import { optimizers } from '../../../src/program/optimizers.ts';
import {
  difference,
  expectClose,
  expectSameTraining,
  relativeDifference,
  TOLERANCE,
} from '../../support/closeness.ts';
import { executorsHere } from '../../support/executorsHere.ts';
import { tinyBert } from '../../support/tinyBert.ts';
import { hiddenStatesOf, logitsOf, openWithoutDropout, train } from '../../support/tunedModel.ts';

const model = await openWithoutDropout(tinyBert.model);

describe.each(executorsHere)('BERT on %s equals Transformers, recorded', (executorId) => {
  it('in every hidden state, with padding and pairs', async () => {
    const { inputs, hidden_states } = tinyBert.outputs;
    const found = await hiddenStatesOf(model, inputs, executorId);
    hidden_states.forEach((expected, k) => expectClose(`hidden state ${k}`, found[k], expected));
  });

  it('in the logits', async () => {
    const { inputs, logits } = tinyBert.outputs;
    expectClose('logits', await logitsOf(model, inputs, { executorId }), logits);
  });

  it('in the logits with an adapter that PEFT trained', async () => {
    const { inputs, logits } = tinyBert.adapterOutputs;
    const { tensors: trained } = await readPeftFolder(tinyBert.adapter, model);
    expectClose('logits', await logitsOf(model, inputs, { executorId, trained }), logits);
  });

  it.each([
    ['without weight decay', tinyBert.steps],
    ['with weight decay 0.1', tinyBert.stepsDecay],
  ])('in 20 steps of LN-tuning, clipped, linear schedule, %s', async (_, recorded) => {
    expectSameTraining(await train(model, recorded, { executorId }), recorded);
  });
});

/** Each of these must miss the recorded numbers by more than the tolerance, or the comparisons above could not fail. */
describe('the comparisons notice', () => {
  const shaped = (change: Partial<EncoderShape>): ModelFolder => ({
    ...model,
    shape: { ...model.shape, ...change } as EncoderShape,
  });
  const { inputs, logits } = tinyBert.outputs;
  const zeros = inputs.token_type_ids.map((row) => row.map(() => 0));

  it.each([
    ['an eps of 1e-5 in LayerNorm', shaped({ layerNormEps: 1e-5 }), inputs],
    ['GELU by tanh', shaped({ activation: 'gelu_new' }), inputs],
    ['no segments', model, { ...inputs, token_type_ids: zeros }],
    [
      'padding that is attended to',
      model,
      { ...inputs, attention_mask: zeros.map((row) => row.map(() => 1)) },
    ],
  ])('%s', async (_, wrong, given) => {
    expect(difference(await logitsOf(wrong, given), logits)).toBeGreaterThan(TOLERANCE);
  });

  it.each([
    ['an epsilon of 1e-6 in Adam', { adam_epsilon: 1e-6 }],
    ['no clipping', { max_grad_norm: 0 }],
    ['no weight decay', { weight_decay: 0 }],
    ['a constant learning rate', { lr_scheduler_type: 'constant' }],
  ])('%s', async (_, change) => {
    expect(await lossDifference(change)).toBeGreaterThan(TOLERANCE);
  });

  it('missing bias corrections', async () => {
    const scalars = vi.spyOn(optimizers.adamw, 'scalars');
    scalars.mockReturnValue({ first_correction: 1, second_correction: 1 });
    expect(await lossDifference()).toBeGreaterThan(TOLERANCE);
    scalars.mockRestore();
  });

  it('weight decay on norms and biases', async () => {
    const { update } = optimizers.adamw;
    const decaying = vi.spyOn(optimizers.adamw, 'update');
    decaying.mockImplementation((settings, given) => update(settings, { ...given, decay: true }));
    expect(await lossDifference()).toBeGreaterThan(TOLERANCE);
    decaying.mockRestore();
  });

  async function lossDifference(change: object = {}): Promise<number> {
    const recorded = tinyBert.stepsDecay;
    const { losses } = await train(model, { ...recorded, arguments: { ...recorded.arguments, ...change } });
    return relativeDifference(losses, recorded.losses);
  }
});
