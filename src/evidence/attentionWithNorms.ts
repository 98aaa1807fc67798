import { bestUnion } from './bestUnion.ts';
import { placesOf } from './placesOf.ts';
import type { Rule } from './rule.ts';
import { PAPER_ABSTRACT } from './sources.ts';
import { isOfNorms, withoutNorms } from './subject.ts';

export const attentionWithNorms: Rule = {
  id: 'attention-with-norms',
  title: 'LN-tuning beside a method at attention gained',
  source: PAPER_ABSTRACT,
  seenOn: 'models and tasks not stated',
  verified: true,
  severity: 'information',
  inConfiguration: (subject) => {
    const norms = subject.uses.find(isOfNorms);
    const places = placesOf(subject);
    if (norms === undefined || !places.has('attention') || places.has('ffn')) return [];
    if (bestUnion.inConfiguration!(subject).length > 0) return [];
    const message = 'the paper reports a gain from LN-tuning beside a method at attention';
    return [{ message, path: norms.path, against: withoutNorms(subject) }];
  },
};
