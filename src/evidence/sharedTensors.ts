import { plural } from '../core/display.ts';
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
      const byOwner = new Map<string, string[]>();
      for (const { name } of common) {
        const { id } = owners.get(name)!;
        byOwner.set(id, [...(byOwner.get(id) ?? []), name]);
      }
      return [...byOwner].map(([id, names]) => ({
        message:
          `trains ${plural(names.length, 'tensor')} of ${id} (${names[0]}${names.length > 1 ? ' and others' : ''}), too: each is ` +
          `trained once, at the learning rate of ${id}`,
        path: use.path,
      }));
    });
  },
};
