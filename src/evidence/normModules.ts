import type { ModelInfo } from '../peft/method.ts';
import type { Rule } from './rule.ts';
import { PAPER_SUMMARY } from './sources.ts';
import { isOfNorms } from './subject.ts';

export const normModules: Rule = {
  id: 'norm-modules',
  title: 'The LayerNorm behind attention mattered more than that behind the feed-forward network',
  source: PAPER_SUMMARY,
  seenOn: 'models and tasks not stated',
  verified: false,
  severity: 'information',
  inConfiguration: ({ uses, model }) => {
    if (model === undefined || !hasNormBehind(model.info)) return [];
    const all = uses.filter(isOfNorms);
    const parts = new Set(all.flatMap(({ base }) => base.map(({ part }) => part)));
    if (!parts.has('ffn') || parts.has('attention')) return [];
    const message =
      'no LayerNorm behind attention is trained; these are said to matter more than those behind the feed-forward ' +
      'network, and all to be best';
    return all.map(({ path }) => ({
      message,
      path: [...path, 'layer_norms'],
      fixes: [{ title: 'Train all LayerNorms', changes: [{ path: [...path, 'layer_norms'] }] }],
    }));
  },
};

/** Not so where norms stand in front of the sub-layers. */
function hasNormBehind({ architecture }: ModelInfo): boolean {
  return architecture.sublayerModules({ layer: 0, at: 'attention' }).norm !== null;
}
