import { plural } from '../core/display.ts';
import type { Rule } from './rule.ts';

/** P-tuning v2 trains up to a hundred epochs. */
const LEAST_STEPS = 1000;

export const fewPrefixSteps: Rule = {
  id: 'few-prefix-steps',
  title: `A prefix is trained for fewer than ${LEAST_STEPS} steps`,
  source: 'a judgement: the scripts of P-tuning v2 train a prefix for 30 to 100 epochs',
  seenOn: 'BERT-large on RTE, BoolQ, COPA and OntoNotes',
  verified: true,
  severity: 'information',
  inConfiguration: ({ uses, steps }) => {
    const prefix = uses.find(({ id }) => id === 'prefix_tuning');
    if (prefix === undefined || steps === undefined || steps >= LEAST_STEPS) return [];
    const message = `the prefix starts at random and has ${plural(steps, 'step')} to learn in, fewer than ${LEAST_STEPS}`;
    return [{ message, path: prefix.path }];
  },
};
