import { z } from 'zod';
import type { Method } from './method.ts';

/** Trains the task's head alone: the control of every comparison. */
export const headOnly: Method<Record<string, never>> = {
  id: 'head_only',
  title: 'Head only',
  help: 'Trains the task head on the frozen model: the control that every method must beat.',
  source: 'linear probing',
  learningRate: { default: 1e-3, range: [3e-4, 1e-2] },
  fields: z.strictObject({}),
  check: () => [],
  declare: () => [],
};
