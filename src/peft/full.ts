import { z } from 'zod';
import type { Method } from './method.ts';
import { replaced } from './replaced.ts';

/** Full fine-tuning: every tensor of the model, from the checkpoint's own values. */
export const full: Method<Record<string, never>> = {
  id: 'full',
  title: 'Full fine-tuning',
  help: 'Trains every parameter of the model: what the other methods are measured against.',
  source: 'Devlin et al. 2018',
  learningRate: { default: 5e-5, range: [1e-5, 1e-4] },
  fields: z.strictObject({}),
  alone: true,
  fromNothing: true,
  check: () => [],
  declare: (_, { architecture, shape }) =>
    architecture.tensors(shape).map((tensor) => replaced(tensor, full.id)),
};
