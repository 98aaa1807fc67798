import type { Rule } from './rule.ts';
import { PAPER_ABSTRACT } from './sources.ts';
import { isOfNorms, withoutNorms } from './subject.ts';
import { placesOf } from './placesOf.ts';

export const bestUnion: Rule = {
  id: 'best-union',
  title: 'Prefix-tuning, an adapter at attention and LN-tuning together were the best union',
  source: PAPER_ABSTRACT,
  seenOn: 'models and tasks not stated',
  verified: true,
  severity: 'information',
  inConfiguration: (subject) => {
    const norms = subject.uses.find(isOfNorms);
    const ids = new Set(subject.uses.map(({ id }) => id));
    const isUnion = ids.has('prefix_tuning') && ids.has('adapter') && !placesOf(subject).has('ffn');
    if (norms === undefined || !isUnion) return [];
    const message =
      "prefix-tuning, an adapter at attention and LN-tuning together are the paper's best union; its version for ARR of " +
      'April 2023 names prefix-tuning and LN-tuning alone';
    return [{ message, path: norms.path, against: withoutNorms(subject) }];
  },
};
