import * as z from 'zod/mini';
import { entitiesOf, type Entity } from '../../core/entities.ts';
import { tallyKey, tallyWords, type PredictionReading } from './reading.ts';

const tags = z.array(z.string());
const schema = z
  .object({
    id: z.int(),
    tokens: z.array(z.string()),
    prediction: tags,
    label: z.optional(tags),
    /** Probability of each word's tag; null where the model saw nothing of the word. */
    scores: z.array(z.nullable(z.number())),
  })
  .check(
    z.refine(
      ({ tokens, prediction, label = tokens, scores }) =>
        [prediction, label, scores].every(({ length }) => length === tokens.length),
      { error: 'expected as many tags and scores as tokens' },
    ),
  );

export type TaggedLine = z.output<typeof schema>;

/** What became of entities: found as they are; in the text and not found; found and not in the text. */
export const outcomes = ['right', 'missed', 'spurious'] as const;
export type Outcome = (typeof outcomes)[number];

export interface JudgedEntity extends Entity {
  /** Absent where it is not known what is right. */
  readonly outcome?: Outcome;
}

export const tokenClassification: PredictionReading<TaggedLine> = {
  schema,
  rank: (line) => {
    const { gold, predicted } = judgedEntities(line);
    return gold && [...gold, ...predicted].filter(({ outcome }) => outcome !== 'right').length;
  },
  tally: (line) => {
    const { gold, predicted } = judgedEntities(line);
    const spurious = predicted.filter(({ outcome }) => outcome !== 'right');
    const counts = new Map<string, number>();
    const add = (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
    for (const { type, outcome } of [...(gold ?? []), ...spurious])
      add(outcome === undefined ? tallyKey('unlabelled', type) : outcomeKey(type, outcome));
    return counts;
  },
};

/** Sentences with an entity of this type of which this became. */
export function outcomeKey(type: string, outcome: Outcome): string {
  return tallyKey('entity', type, outcome);
}

/** The entities of the sentence as it is and as it was predicted, each with what became of it: an entity is right as a whole. */
export function judgedEntities({ label, prediction }: Pick<TaggedLine, 'label' | 'prediction'>): {
  readonly gold?: readonly JudgedEntity[];
  readonly predicted: readonly JudgedEntity[];
} {
  const predicted = entitiesOf(prediction);
  if (label === undefined) return { predicted };
  const gold = entitiesOf(label);
  const judged = (entities: readonly Entity[], others: readonly Entity[], otherwise: Outcome) => {
    const known = new Set(others.map(nameOf));
    return entities.map((entity) => ({
      ...entity,
      outcome: known.has(nameOf(entity)) ? ('right' as const) : otherwise,
    }));
  };
  return { gold: judged(gold, predicted, 'missed'), predicted: judged(predicted, gold, 'spurious') };
}

/** How many entities of each type became what, types in the order of their names; undefined where no sentence says what is right. */
export function outcomesByType({
  tally,
  isRanked,
}: {
  readonly tally: Readonly<Record<string, number>>;
  readonly isRanked: boolean;
}): readonly { readonly type: string; readonly counts: Readonly<Record<Outcome, number>> }[] | undefined {
  if (!isRanked) return undefined;
  const types = new Map<string, Record<Outcome, number>>();
  for (const [key, count] of Object.entries(tally)) {
    const [kind, type, outcome] = tallyWords(key);
    if (kind !== 'entity') continue;
    const counts = types.get(type) ?? { right: 0, missed: 0, spurious: 0 };
    counts[outcome as Outcome] = count;
    types.set(type, counts);
  }
  return [...types].map(([type, counts]) => ({ type, counts })).sort((a, b) => (a.type < b.type ? -1 : 1));
}

function nameOf({ type, start, end }: Entity): string {
  return `${start} ${end} ${type}`;
}
