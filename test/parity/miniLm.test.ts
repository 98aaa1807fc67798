import { join } from 'node:path';
import { describe, it } from 'vitest';
import { loadTokenizer } from '../../src/checkpoints/tokenizer.ts';
import { peft } from '../../src/exports/peft.ts';
import { expectClose } from '../support/closeness.ts';
import { exportRequest } from '../support/exportRequest.ts';
import { findMiniLm } from '../support/miniLm.ts';
import { suiteFolder } from '../support/temporaryFolder.ts';
import { hiddenStatesOf, logitsOf, openWithoutDropout, type PaddedInputs } from '../support/tunedModel.ts';
import { python } from './python.ts';
import { randomTensor } from './randomModel.ts';

const texts: [text: string, pair?: string][] = [
  ['A gripping, beautifully acted film that stays with you long after the credits have rolled.'],
  ['Dull.'],
  ['The plot makes no sense.', 'Still, the music and the two leads make it worth seeing.'],
  ['', 'An empty first text.'],
];

/** The texts in tokens, padded to the longest. */
async function inputsFor(dir: string, vocabularySize: number): Promise<PaddedInputs> {
  const tokenizer = await loadTokenizer(dir, vocabularySize);
  const encodings = texts.map(([text, pair]) => tokenizer.encode(text, pair));
  const longest = Math.max(...encodings.map(({ ids }) => ids.length));
  const padded = (row: number[]) => [...row, ...new Array<number>(longest - row.length).fill(0)];
  return {
    input_ids: encodings.map(({ ids }) => padded(ids)),
    attention_mask: encodings.map(({ ids }) => padded(ids.map(() => 1))),
    token_type_ids: encodings.map(({ typeIds }) => padded(typeIds)),
  };
}

const dir = await findMiniLm();
const folder = suiteFolder();

/** An exported adapter brings the head that the model lacks, and all norms moved. */
async function prepare(dir: string) {
  const model = await openWithoutDropout(dir);
  const inputs = await inputsFor(dir, model.shape.vocabularySize);
  const base = await model.load(model.tensors.keys());
  const adapter = join(folder, 'adapter');
  const request = exportRequest(model, {
    dir: adapter,
    methods: { ln_tuning: {} },
    labels: ['negative', 'positive'],
    draw: (name, shape) => {
      const [drawn, own] = [randomTensor(60, name, shape), base.get(name)];
      drawn.data.forEach((x, i) => (drawn.data[i] = own === undefined ? x : own.data[i] + 0.1 * x));
      return drawn;
    },
    baseModel: { id: dir },
  });
  await peft.write(request);
  return {
    model,
    inputs,
    tensors: request.adapter.tensors,
    plain: python.logits(dir, inputs),
    tuned: python.loadPeft(dir, adapter, inputs),
  };
}

const prepared = dir === undefined ? undefined : await prepare(dir);

describe.skipIf(prepared === undefined)('all-MiniLM-L6-v2 equals Transformers', () => {
  it('in every hidden state', async () => {
    const { model, inputs, plain } = prepared!;
    const { hidden_states } = await plain;
    const found = await hiddenStatesOf(model, inputs);
    hidden_states.forEach((expected, k) => expectClose(`hidden state ${k}`, found[k], expected));
  });

  it('in the logits with an exported adapter', async () => {
    const { model, inputs, tensors, tuned } = prepared!;
    const { logits } = await tuned;
    expectClose('logits', await logitsOf(model, inputs, { trained: tensors, numLabels: 2 }), logits);
  });
});
