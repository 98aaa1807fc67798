import { z } from 'zod';
import { internal } from '../core/errors.ts';
import { groupBy } from '../core/groupBy.ts';
import { IGNORED } from '../core/ignored.ts';
import { placeOf, type Rows } from '../core/row.ts';
import { parseTemplate, templateFault } from '../core/template.ts';
import { bleu } from './bleu.ts';
import { completionEmpty, completionTooLong, promptEmpty } from './errors.ts';
import type { Generated } from './generated.ts';
import { generationFields } from './generationFields.ts';
import { nextOf, nextToken, nextTokenProblems, targetLoss } from './nextToken.ts';
import { perplexity } from './perplexity.ts';
import { rouge } from './rouge.ts';
import type { Encoder, Example, Prediction, Task } from './task.ts';

const fields = z.strictObject({
  type: z.literal('text-generation').meta({ help: 'A text that follows from another one.' }),
  prompt: z
    .string()
    .min(1)
    .superRefine((text, context) => {
      const message = templateFault(text);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    })
    .meta({
      help:
        'What the model reads, with columns in braces: `"{dialogue}\\n\\nSummary:"`. A blank is put behind it where it ends in none, since ' +
        'most tokens begin with theirs.',
      expected: 'a text with columns in braces, such as "{question}\\nAnswer:"',
      template: true,
    }),
  completion: z.string().min(1).meta({ help: 'Column with the text that it is to write.' }),
  max_length: z.int().min(8).optional().meta({
    help: 'Longest prompt and completion together, in tokens; a longer prompt loses its beginning.',
    otherwise: "1024, or the model's longest input where that is shorter",
  }),
  max_completion_length: z
    .int()
    .min(1)
    .optional()
    .meta({
      help:
        'Longest completion that is learned, and counted in loss and perplexity, in tokens, its end among them; a longer one loses its end. ' +
        'What is written is measured by whole texts all the same.',
      otherwise: 'a completion that leaves no room for a prompt is refused',
    }),
  generation: generationFields
    .superRefine(({ do_sample, num_beams }, context) => {
      if (do_sample && num_beams > 1)
        context.addIssue({
          code: 'custom',
          path: ['do_sample'],
          message: 'a beam search does not draw; take num_beams: 1',
        });
    })
    .prefault({})
    .meta({ help: 'How texts are written when a run ends, and in `evaluate` and `predict`.' }),
});

export type TextGenerationFields = z.output<typeof fields>;

/** A prompt with the completion of one row, as far as the row has one. */
export interface Completion extends Example {
  readonly prompt: string;
  readonly promptIds: readonly number[];
  readonly completion?: string;
}

/**
 * A text that follows from another one, such as a description from its facts: loss on the completion alone. Rows of one prompt are
 * references of one another, and the text that is written for it is measured by all of them.
 */
export const textGeneration: Task<TextGenerationFields, Completion> = {
  ...nextToken,
  id: 'text-generation',
  title: 'Text generation',
  help: 'Writes a text that follows from another one, such as a summary.',
  fields,
  check: ({ generation: { max_new_tokens }, max_completion_length = 0 }, beside) => {
    const { longest } = beside;
    const tooLong = Object.entries({
      'generation.max_new_tokens': max_new_tokens,
      max_completion_length,
    }).filter(([, tokens]) => tokens >= longest);
    const better = Math.max(1, Math.floor(longest / 2));
    const problems = tooLong.map(([field, tokens]) => ({
      field,
      message: `expected less than the ${longest} tokens of prompt and completion together, found ${tokens}`,
      better,
    }));
    return [...nextTokenProblems(beside), ...problems];
  },
  columns: ({ prompt, completion }) => ({
    inputs: Object.fromEntries(parseTemplate(prompt).columns.map((column) => [`prompt.${column}`, column])),
    label: { completion },
  }),
  cells: () => ({ inputs: 'text', label: 'text' }),
  group: ({ prompt }) => parseTemplate(prompt).columns,
  usualLength: 1024,
  features,
  metrics: (_, outcomes, examples) => ({
    perplexity: perplexity(outcomes.map((outcome, i) => targetLoss(outcome, examples[i]))),
  }),
  metricNames: ['perplexity'],
  writes: {
    field: 'generation',
    settings: ({ generation }) => generation,
    requests: (examples) => byPrompt(examples).map(([{ id, promptIds }]) => ({ id, promptIds })),
    metrics: (examples, texts) => {
      const corpus = byPrompt(examples).map((group, i): Generated => ({
        hypothesis: texts[i],
        references: group.map(
          ({ id, completion }) => completion ?? internal(`row ${id} has no text to be measured by`),
        ),
      }));
      return { bleu: bleu(corpus), ...rouge(corpus) };
    },
    metricNames: ['bleu', 'rouge1', 'rouge2', 'rougeL'],
    decode: (examples, texts) =>
      byPrompt(examples).map((group, i): Prediction & { readonly input: string } => {
        const [{ id, prompt }] = group;
        const label = group.flatMap(({ completion }) => completion ?? []);
        return { id, input: prompt, prediction: texts[i], ...(label.length > 0 && { label }) };
      }),
  },
};

function features(
  { prompt, completion, max_completion_length: longest }: TextGenerationFields,
  { file, rows }: Rows,
  _: readonly string[],
  encode: Encoder,
): Completion[] {
  const template = parseTemplate(prompt);
  return rows.map((row): Completion => {
    const filled = template.fill(row.values);
    const expected = Object.hasOwn(row.values, completion) ? row.values[completion] : undefined;
    const promptIds = encode.ids(filled);
    if (promptIds.length === 0) throw promptEmpty(file, placeOf(row));
    if (expected?.trim() === '') throw completionEmpty(file, placeOf(row), completion);
    const whole =
      expected === undefined
        ? []
        : [...encode.ids(behind(filled, expected)), encode.endId ?? internal('no token ends a text')];
    const completionIds = whole.slice(0, longest);
    // The last token is a target only.
    const room = encode.maxLength - Math.max(0, completionIds.length - 1);
    if (room < 1) throw completionTooLong(file, placeOf(row), completionIds.length, encode.maxLength);
    const kept = promptIds.slice(-room);
    const ids = Int32Array.from([...kept, ...completionIds]);
    const inputIds = expected === undefined ? ids : ids.slice(0, -1);
    const targets = nextOf(inputIds, completionIds.at(-1) ?? IGNORED);
    targets.fill(IGNORED, 0, expected === undefined ? targets.length : kept.length - 1);
    return {
      id: row.index,
      inputIds,
      typeIds: new Int32Array(inputIds.length),
      targets,
      isLabelled: expected !== undefined,
      truncated: kept.length < promptIds.length || completionIds.length < whole.length,
      prompt: filled,
      promptIds,
      ...(expected !== undefined && { completion: expected }),
    };
  });
}

/** Most tokens begin with the blank in front of their word. */
function behind(prompt: string, completion: string): string {
  return /\s$/.test(prompt) ? completion : ` ${completion}`;
}

/** Examples of one prompt, in the order in which the prompts first stand. */
function byPrompt(examples: readonly Completion[]): Completion[][] {
  return [...groupBy(examples, ({ prompt }) => prompt).values()];
}
