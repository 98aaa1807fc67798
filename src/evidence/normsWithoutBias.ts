import { moduleOf } from '../core/moduleOf.ts';
import { sizeOf } from '../core/tensor.ts';
import type { Rule } from './rule.ts';
import { ANY, COMPUTED } from './sources.ts';
import { isOfNorms } from './subject.ts';

export const normsWithoutBias: Rule = {
  id: 'norms-without-bias',
  title: 'Norms that have no bias (RMSNorm) have half as much to train',
  source: `${COMPUTED} from the tensors of the model`,
  seenOn: ANY,
  verified: true,
  severity: 'information',
  inConfiguration: ({ uses, model }) => {
    if (model === undefined) return [];
    const tensors = model.info.architecture.tensors(model.info.shape);
    const withBias = new Set(
      tensors.flatMap(({ role, name }) => (role === 'norm_bias' ? [moduleOf(name)] : [])),
    );
    return uses.filter(isOfNorms).flatMap(({ path, base }) => {
      const gains = base.filter(({ role, name }) => role === 'gain' && !withBias.has(moduleOf(name)));
      if (gains.length === 0) return [];
      const elements = gains.reduce((sum, { shape }) => sum + sizeOf(shape), 0).toLocaleString('en-US');
      const message = `${gains.length} norms of the model have no bias: only their gains are trained, ${elements} parameters`;
      return [{ message, path }];
    });
  },
};
