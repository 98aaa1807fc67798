import type { Advice, Rule } from './rule.ts';
import { ANY, COMPUTED } from './sources.ts';
import type { Use } from './subject.ts';

export const sharedTensors: Rule = {
  id: 'shared-tensors',
  title: 'Two methods that have tensors in common train these once',
  source: `${COMPUTED} from what the methods declare`,
  seenOn: ANY,
  verified: true,
  severity: 'information',
  inConfiguration: ({ uses }) => {
    const owners = new Map<string, Use>();
    return uses.flatMap((use): Advice[] => {
      const common = use.base.filter(({ name }) => owners.has(name));
      for (const { name } of use.base) if (!owners.has(name)) owners.set(name, use);
      if (common.length === 0) return [];
      const { id } = owners.get(common[0].name)!;
      const message =
        `${common.length} tensors, ${common[0].name} among them, are those of ${id}, too: they are trained once, at its ` +
        'learning rate';
      return [{ message, path: use.path }];
    });
  },
};
