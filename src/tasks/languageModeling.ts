import { z } from 'zod';
import { internal } from '../core/errors.ts';
import { IGNORED } from '../core/ignored.ts';
import type { Rows } from '../core/row.ts';
import { nextOf, nextToken, nextTokenProblems, targetLoss } from './nextToken.ts';
import { perplexity } from './perplexity.ts';
import type { Encoder, Example, Task } from './task.ts';

const fields = z.strictObject({
  type: z.literal('language-modeling').meta({ help: 'The next token of a text, as in pre-training.' }),
  text: z.string().min(1).default('text').meta({
    help: 'Column with the texts; a plain text file has one a line, in the column `text`.',
    source: 'Transformers, examples/pytorch/language-modeling',
  }),
  max_length: z.int().min(8).optional().meta({
    help: 'Tokens of a block. All texts, each with the token behind it that ends one, are joined and cut into blocks.',
    source: 'Transformers, `block_size` of run_clm',
    otherwise: "1024, or the model's longest input where that is shorter",
  }),
});

export type LanguageModelingFields = z.output<typeof fields>;

/** The next token of every text: blocks of joined texts, as `run_clm` of Transformers makes them; its last, short block is kept here. */
export const languageModeling: Task<LanguageModelingFields> = {
  ...nextToken,
  id: 'language-modeling',
  title: 'Language modeling',
  help: 'Learns to continue texts: predicts each token from those before it.',
  fields,
  check: (_, beside) => nextTokenProblems(beside),
  columns: ({ text }) => ({ inputs: { text }, label: {} }),
  cells: () => ({ inputs: 'text', label: 'text' }),
  usualLength: 1024,
  reshapesRows: true,
  features,
  metrics: (_, outcomes, blocks) => ({
    perplexity: perplexity(outcomes.map((outcome, i) => targetLoss(outcome, blocks[i]))),
  }),
  metricNames: ['perplexity'],
};

function features(
  { text }: LanguageModelingFields,
  { rows }: Rows,
  _: readonly string[],
  encode: Encoder,
): Example[] {
  const ids = Int32Array.from(
    rows.flatMap(({ values }) => [
      ...encode.ids(values[text]),
      encode.endId ?? internal('no token ends a text'),
    ]),
  );
  const starts = Array.from(
    { length: Math.ceil(ids.length / encode.maxLength) },
    (_, i) => i * encode.maxLength,
  );
  return starts
    .map((start) => ids.slice(start, start + encode.maxLength))
    .filter((block) => block.length > 1) // one token has no next
    .map((inputIds, id) => ({
      id,
      inputIds,
      typeIds: new Int32Array(inputIds.length),
      targets: nextOf(inputIds, IGNORED),
      isLabelled: true,
      truncated: false,
    }));
}
