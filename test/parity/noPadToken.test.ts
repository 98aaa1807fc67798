import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { adapterhub } from '../../src/exports/adapterhub.ts';
import type { ExportForm } from '../../src/exports/form.ts';
import { peft } from '../../src/exports/peft.ts';
import { torch } from '../../src/exports/torch.ts';
import { expectClose } from '../support/closeness.ts';
import { exportRequest, learntBy } from '../support/exportRequest.ts';
import { BYTE_LEVEL_VOCABULARY_SIZE, byteLevelTokenizer } from '../support/byteLevelTokenizer.ts';
import { writeTokenizer } from '../support/checkpoints.ts';
import { suiteFolder } from '../support/temporaryFolder.ts';
import { logitsOf, openWithoutDropout } from '../support/tunedModel.ts';
import { exported } from './exported.ts';
import { asked, LABELS, randomInputs, randomTensor, writeRandomModel } from './randomModel.ts';

const id = 'gpt2';
const folder = suiteFolder();
/** As GPT-2 was published: its class refuses batches, for it finds the last token of a text by what is no padding. */
const change = { pad_token_id: undefined, vocab_size: BYTE_LEVEL_VOCABULARY_SIZE };
const dir = await writeRandomModel(join(folder, 'model'), 81, { id, change });
/** Its tokenizer names none either. */
await writeTokenizer(dir, byteLevelTokenizer(), { tokenizer_class: 'PreTrainedTokenizerFast' });
const base = await openWithoutDropout(dir);

const random = randomInputs(82, id);
const inputs = {
  ...random,
  input_ids: random.input_ids.map((row, i) =>
    row.map((token, k) => (random.attention_mask[i][k] === 1 ? token : base.shape.padTokenId)),
  ),
};

const hasOlder = process.env.PARITY_ADAPTERS_PYTHON !== undefined;

const cases: readonly { readonly form: ExportForm; readonly methods: Readonly<Record<string, object>> }[] = [
  { form: peft, methods: { lora: {} } },
  { form: torch, methods: { lora: {} } },
  { form: adapterhub, methods: { adapter: {} } },
];

const written = await Promise.all(
  cases.map(async ({ form, methods }) => {
    const request = exportRequest(base, {
      dir: join(folder, form.id),
      methods,
      labels: LABELS,
      draw: (name, shape) => randomTensor(83, name, shape),
      baseModel: { id: dir },
    });
    return { form: form.id, request, snippet: await form.write(request) };
  }),
);
const texts = ['the cat sat', 'a dog and a cat sat on the mat'];
const batches = written
  .filter(({ form }) => form !== 'adapterhub')
  .map((each) => ({ ...each, answer: exported('PARITY_PYTHON').batch(each.snippet, texts) }));
const [newer, older] = (['PARITY_PYTHON', 'PARITY_ADAPTERS_PYTHON'] as const).map((variable) => {
  const python = exported(variable);
  return (...forms: string[]) =>
    written
      .filter(({ form }) => forms.includes(form))
      .map((each) => ({ ...each, answer: python.runSnippet(each.snippet, asked(id, inputs)) }));
});
const answers = { newer: newer('peft', 'torch'), older: hasOlder ? older('torch', 'adapterhub') : [] };

async function expectSame({ request, answer }: (typeof answers.newer)[number]): Promise<void> {
  expect(base.config.pad_token_id).toBeUndefined();
  expectClose('logits', (await answer).logits, await logitsOf(base, inputs, learntBy(request.adapter)));
}

describe('a tokenizer that names no padding', () => {
  it.each(batches)(
    'pads batches by the Python that is printed, exported as $form',
    async ({ request, answer }) => {
      const { logits, ...batch } = await answer;
      expect(new Set(batch.attention_mask.map((row) => row.reduce((sum, x) => sum + x)))).toHaveProperty(
        'size',
        2,
      );
      const padding = batch.input_ids.flatMap((row, i) =>
        row.filter((_, k) => batch.attention_mask[i][k] === 0),
      );
      expect(new Set(padding)).toEqual(new Set([base.shape.padTokenId]));
      expectClose('logits', logits, await logitsOf(base, { ...inputs, ...batch }, learntBy(request.adapter)));
    },
  );
});

describe('a base model whose config.json names no padding', () => {
  it.each(answers.newer)('classifies batches, exported as $form', expectSame);
  it.skipIf(!hasOlder).each(answers.older)(
    'classifies batches in Transformers 4, exported as $form',
    expectSame,
  );
});
