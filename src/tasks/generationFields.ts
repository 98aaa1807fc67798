import { z } from 'zod';

/** How texts are continued; names and defaults of Transformers' `GenerationConfig`. */
export const generationFields = z.strictObject({
  max_new_tokens: z.int().min(1).default(128).meta({
    help: 'Tokens that are written at most. The prompt gives way to them where the model is too short for both.',
    source: 'Transformers, which has 20',
  }),
  num_beams: z.int().min(1).max(64).default(1).meta({
    help: 'Hypotheses of a beam search; 1: none.',
    source: 'Transformers, `GenerationConfig`; Hu et al. 2021 have 10 for E2E',
  }),
  do_sample: z.boolean().default(false).meta({
    help: 'Draws tokens, from the seed of the run, instead of taking the likeliest. Not with beams.',
    source: 'Transformers, `GenerationConfig`',
  }),
  temperature: z.number().gt(0).default(1).meta({
    help: 'Of a draw: logits are divided by it.',
    source: 'Transformers, `GenerationConfig`',
  }),
  top_k: z.int().min(0).default(50).meta({
    help: 'Of a draw: only so many of the likeliest tokens; 0: all.',
    source: 'Transformers, `GenerationConfig`',
  }),
  top_p: z.number().gt(0).max(1).default(1).meta({
    help: 'Of a draw: only the likeliest tokens that together have this probability.',
    source: 'Holtzman et al. 2020; Transformers, `GenerationConfig`',
  }),
  length_penalty: z.number().default(1).meta({
    help: "Of a beam search: a hypothesis' log-probability is divided by its length to this power.",
    source: 'Transformers, `GenerationConfig`; Hu et al. 2021 have 0.9 for E2E',
  }),
  no_repeat_ngram_size: z.int().min(0).default(0).meta({
    help: 'No sequence of so many tokens is written twice; 0: any may be.',
    source: 'Transformers, `GenerationConfig`; Hu et al. 2021 have 4 for E2E',
  }),
});

export type GenerationSettings = z.output<typeof generationFields>;
