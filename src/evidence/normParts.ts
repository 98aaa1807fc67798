import type { Rule } from './rule.ts';
import { PAPER_SUMMARY } from './sources.ts';
import { isOfNorms, withNorms } from './subject.ts';

export const normParts: Rule = {
  id: 'norm-parts',
  title: 'The bias of a LayerNorm mattered more than its gain, and both were better than either',
  source: PAPER_SUMMARY,
  seenOn: 'models and tasks not stated',
  verified: false,
  severity: 'information',
  inConfiguration: (subject) => {
    const { uses, model } = subject;
    const all = uses.filter(isOfNorms);
    const trained = new Set(all.flatMap(({ base }) => base.map(({ role }) => role)));
    if (trained.size !== 1) return [];
    const roles = new Set(model?.info.architecture.tensors(model.info.shape).map(({ role }) => role));
    if (!roles.has('gain') || !roles.has('norm_bias')) return [];
    const message = trained.has('gain')
      ? 'only gains are trained; the bias is said to matter more than the gain, and both more than either'
      : 'only biases are trained; they are said to keep a part of the effect, and both to be better';
    return all.map(({ path }) => ({
      message,
      path: [...path, 'parameters'],
      fixes: [{ title: 'Train gain and bias', changes: [{ path: [...path, 'parameters'] }] }],
      against: withNorms(subject, { parameters: ['gain', 'bias'] }, 'with gain and bias'),
    }));
  },
};
