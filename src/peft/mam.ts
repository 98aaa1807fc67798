import { adapter } from './adapter.ts';
import type { MethodUnion } from './method.ts';
import { prefixTuning } from './prefixTuning.ts';

/** MAM (He et al. 2022): a short prefix on attention, and a scaled parallel adapter beside the feed-forward network. */
export const mam: MethodUnion = {
  id: 'mam',
  title: 'MAM adapter',
  help: 'A short prefix on attention together with a scaled parallel adapter at the feed-forward network.',
  source: 'arXiv 2110.04366; its setting for GLUE',
  parts: {
    [prefixTuning.id]: { num_virtual_tokens: 16 },
    [adapter.id]: { at: ['ffn'], form: 'parallel', bottleneck: 16, scaling: 2 },
  },
};
