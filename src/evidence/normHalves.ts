import type { ModelTensor } from '../models/architecture.ts';
import type { Rule } from './rule.ts';
import { PAPER_SUMMARY } from './sources.ts';
import { isOfNorms, withNorms } from './subject.ts';

export const normHalves: Rule = {
  id: 'norm-halves',
  title: 'Which half of the layers mattered differed between models',
  source: PAPER_SUMMARY,
  seenOn: 'BERT-large and BERT-base, tasks not stated',
  verified: false,
  severity: 'information',
  inConfiguration: (subject) => {
    const { uses, model } = subject;
    if (model === undefined) return [];
    const half = Math.floor(model.info.shape.layers / 2);
    const all = uses.filter(isOfNorms);
    const trained = all.flatMap(({ base }) => base.map(heightOf));
    const [isLower, isUpper] = [
      trained.every((layer) => layer < half),
      trained.every((layer) => layer >= half),
    ];
    if (trained.length === 0 || (!isLower && !isUpper)) return [];
    const message =
      `only LayerNorms of the ${isLower ? 'lower' : 'upper'} half are trained; the upper half is said to matter more on ` +
      'BERT-large, the lower on BERT-base, and all to be best';
    return all.map(({ path }) => ({
      message,
      path: [...path, 'layers'],
      fixes: [{ title: 'Train the LayerNorms of all layers', changes: [{ path: [...path, 'layers'] }] }],
      against: withNorms(subject, { layers: 'all' }, 'with the LayerNorms of all layers'),
    }));
  },
};

/** The norm of the embeddings is below the layers, one behind the last of them above. */
function heightOf({ layer, part }: ModelTensor): number {
  return layer ?? (part === 'embeddings' ? -Infinity : Infinity);
}
