import { headOnly } from '../peft/headOnly.ts';
import type { Rule } from './rule.ts';

/** The variant that the fix adds. */
const CONTROL = 'head only';

export const headOnlyControl: Rule = {
  id: 'head-only-control',
  title: 'Variants without the control that trains the head alone',
  source: 'a judgement: the head is trained with every method, and only the control shows what it does alone',
  seenOn: 'any model and task',
  verified: true,
  severity: 'information',
  inRecipe: ({ configurations, root }) => {
    const hasControl = configurations.some(({ methods }) => methods.some(({ id }) => id === headOnly.id));
    if (!root.entries.has('variants') || configurations.length < 2 || hasControl) return [];
    const message = 'no variant trains the head alone, so what the methods add to that cannot be told';
    const changes = [{ path: ['variants', CONTROL], value: { methods: { [headOnly.id]: {} } } }];
    return [{ message, path: ['variants'], fixes: [{ title: `Add the variant "${CONTROL}"`, changes }] }];
  },
};
