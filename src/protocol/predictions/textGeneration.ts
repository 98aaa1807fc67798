import * as z from 'zod/mini';
import { wordOverlap } from '../../core/wordOverlap.ts';
import { tallyKey, type PredictionReading } from './reading.ts';

const schema = z.object({
  id: z.int(),
  /** What the model was given. */
  input: z.string(),
  /** What it went on with. */
  prediction: z.string(),
  /** One reference or several. */
  label: z.optional(z.union([z.string(), z.array(z.string())])),
});

export type GeneratedLine = z.output<typeof schema>;

/** How much of the nearest reference is in a text, in quarters. */
export const likenesses = ['same', 'most', 'half', 'some', 'little'] as const;
export type Likeness = (typeof likenesses)[number];

export const textGeneration: PredictionReading<GeneratedLine> = {
  schema,
  rank: (line) => {
    const overlap = referenceOverlap(line);
    return overlap === undefined ? undefined : 1 - overlap;
  },
  tally: (line) => new Map([[likenessKey(likenessOf(line)), 1]]),
};

/** Texts that are so like a reference; without one, those that have none. */
export function likenessKey(likeness: Likeness | undefined): string {
  return tallyKey('likeness', likeness ?? 'unlabelled');
}

export function referencesOf({ label }: Pick<GeneratedLine, 'label'>): readonly string[] {
  return label === undefined ? [] : typeof label === 'string' ? [label] : label;
}

/** Share of words in common with the nearest reference, from 0 to 1. */
export function referenceOverlap(line: GeneratedLine): number | undefined {
  const references = referencesOf(line);
  if (references.length === 0) return undefined;
  return Math.max(...references.map((reference) => wordOverlap(line.prediction, reference)));
}

function likenessOf(line: GeneratedLine): Likeness | undefined {
  const overlap = referenceOverlap(line);
  if (overlap === undefined) return undefined;
  if (overlap === 1) return 'same';
  return overlap >= 0.75 ? 'most' : overlap >= 0.5 ? 'half' : overlap >= 0.25 ? 'some' : 'little';
}
