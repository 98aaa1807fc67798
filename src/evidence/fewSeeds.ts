import type { Rule } from './rule.ts';

/** As many as a comparison names a winner from. */
const LEAST_SEEDS = 3;

export const fewSeeds: Rule = {
  id: 'few-seeds',
  title: `Fewer than ${LEAST_SEEDS} seeds`,
  source: `a judgement: a comparison here names no winner from fewer than ${LEAST_SEEDS} seeds`,
  seenOn: 'any model and task',
  verified: true,
  severity: 'information',
  inRecipe: ({ seeds, root }) => {
    if (seeds.length >= LEAST_SEEDS) return [];
    const found = seeds.length === 1 ? 'one seed' : `${seeds.length} seeds`;
    const message = `${found} cannot tell a difference between methods from chance; expected at least ${LEAST_SEEDS}`;
    // What is not written is marked where the configurations are.
    const [place = 'version'] = ['seeds', 'variants', 'methods'].filter((key) => root.entries.has(key));
    const changes = [{ path: ['seeds'], value: [1, 2, 3, 4, 5] }];
    return [{ message, path: [place], fixes: [{ title: 'Train five seeds', changes }] }];
  },
};
