import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { floatTensor } from '../../src/core/tensor.ts';
import { openDecoder } from '../../src/generation/decoder.ts';
import { generate } from '../../src/generation/generate.ts';
import type { GenerationSettings } from '../../src/tasks/generationFields.ts';
import { openSession } from '../../src/trainer/session.ts';
import { casesOn, executorsHere } from '../support/executorsHere.ts';
import { suiteFolder } from '../support/temporaryFolder.ts';
import { configurationOf, openWithoutDropout } from '../support/tunedModel.ts';
import { python } from './python.ts';
import { LABELS, randomInputs, writeRandomModel } from './randomModel.ts';

const FLAT = 'prefix.prompt_embeddings';

const greedy: GenerationSettings = {
  max_new_tokens: 12,
  num_beams: 1,
  do_sample: false,
  temperature: 1,
  top_k: 50,
  top_p: 1,
  length_penalty: 1,
  no_repeat_ngram_size: 0,
};

const settings: readonly { name: string; change: Partial<GenerationSettings> }[] = [
  { name: 'greedy', change: {} },
  { name: 'greedy, no pair twice', change: { no_repeat_ngram_size: 2 } },
  { name: '4 beams', change: { num_beams: 4 } },
  {
    name: '3 beams that like short texts, no three twice',
    change: { num_beams: 3, length_penalty: -1, no_repeat_ngram_size: 3 },
  },
  { name: '2 beams that like long texts', change: { num_beams: 2, length_penalty: 2, max_new_tokens: 15 } },
];

const prefix = {
  methods: { prefix_tuning: { num_virtual_tokens: 4, dropout: 0 } },
  peft: { peft_type: 'PREFIX_TUNING', num_virtual_tokens: 4 },
};

/** One that the model writes in some of the texts. */
const END = 33;

const dir = await writeRandomModel(join(suiteFolder(), 'model'), 70, {
  id: 'gpt2',
  change: { eos_token_id: END },
});
const { input_ids, attention_mask } = randomInputs(71, 'gpt2');
const prompts = input_ids.map((row, i) => row.filter((_, k) => attention_mask[i][k] === 1));

const cases = [
  ...settings.map((each) => ({ ...each, methods: { ln_tuning: {} }, peft: undefined })),
  ...[settings[0], settings[2]].map((each) => ({
    ...each,
    name: `${each.name}, behind a prefix`,
    ...prefix,
  })),
].map(({ name, change, methods, peft }) => {
  const all = { ...greedy, ...change };
  return {
    name,
    methods,
    settings: all,
    answer: python.generate(dir, { prompts, settings: asked(all), peft }),
  };
});

/** Those of Transformers that a greedy or beam search reads. */
function asked({
  max_new_tokens,
  num_beams,
  do_sample,
  length_penalty,
  no_repeat_ngram_size,
}: GenerationSettings) {
  return {
    max_new_tokens,
    num_beams,
    do_sample,
    no_repeat_ngram_size,
    ...(num_beams > 1 && { length_penalty }),
  };
}

describe.each(executorsHere)('on %s texts are continued as by Transformers', (executorId) => {
  it.each(casesOn(executorId, cases, ({ name }) => name === '4 beams, behind a prefix'))(
    '$name',
    async ({ methods, settings, answer }) => {
      const { written, initial } = await answer;
      const model = await openWithoutDropout(dir);
      const values = Object.entries(initial).map(([, rows]) => (rows as number[][]).flat());
      const session = await openSession(configurationOf({ methods }), model, {
        labels: LABELS,
        seed: 0,
        executorId,
        trained: new Map(values.map((flat) => [FLAT, floatTensor([4, flat.length / 4], flat)])),
      });
      const decoder = await openDecoder(session);
      const ids = [...prompts.keys()];
      const options = { settings, eosTokenId: END, maxLength: session.assembly.maxLength, seed: 0 };
      expect(await generate(decoder, prompts, ids, options)).toEqual(written);
      const alone = await Promise.all([generate(decoder, [prompts[2]], [2], options)]);
      expect(alone[0]).toEqual([written[2]]);
      await decoder.dispose();
      await session.dispose();
    },
  );
});
