import type { AdapterFields } from '../peft/adapter.ts';
import type { Change, Fix } from '../recipe/problem.ts';
import { placesOf } from './placesOf.ts';
import type { Rule } from './rule.ts';
import { PAPER_ABSTRACT } from './sources.ts';
import { isOfNorms, withoutNorms, type Use } from './subject.ts';

export const ffnWithNorms: Rule = {
  id: 'ffn-with-norms',
  title: 'LN-tuning beside a method at the feed-forward network lost',
  source: PAPER_ABSTRACT,
  seenOn: 'models and tasks not stated',
  verified: true,
  severity: 'warning',
  inConfiguration: (subject) => {
    const norms = subject.uses.find(isOfNorms);
    if (norms === undefined || !placesOf(subject).has('ffn')) return [];
    const message = 'the paper reports a loss from LN-tuning beside a method at the feed-forward network';
    const without = {
      title: 'Train without LN-tuning',
      changes: [{ path: ['methods', norms.id] }],
    };
    const fixes = [...atAttention(subject.uses), without];
    return [{ message, path: norms.path, fixes, against: withoutNorms(subject) }];
  },
};

/** Where adapters are all that stands there, they can move. */
function atAttention(uses: readonly Use[]): Fix[] {
  const there = uses.filter(({ added }) => added.some(({ part }) => part === 'ffn'));
  if (!there.every(({ id }) => id === 'adapter') || there.length > 1) return [];
  const changes = there.flatMap(({ path, fields }): Change[] => [
    { path: [...path, 'at'], value: ['attention'] },
    // The form for the feed-forward network alone.
    ...((fields as AdapterFields).style === 'pfeiffer' ? [{ path: [...path, 'style'] }] : []),
  ]);
  return [{ title: 'Put the adapter at attention', changes }];
}
