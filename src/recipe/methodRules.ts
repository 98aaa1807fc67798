import { methods, unions } from '../peft/registry.ts';
import type { Written } from './configure.ts';
import { removed } from './fixes.ts';
import type { Finding, Fix } from './problem.ts';

/** What is wrong with the methods of a configuration beside each other, whatever the model. */
export function methodRules({ methods: sections }: Pick<Written, 'methods'>): Finding[] {
  const ids = Object.keys(sections).filter((id) => sections[id] !== undefined);
  if (ids.length === 0) {
    return [{ code: 'no-methods', message: 'expected at least one method, found none', path: ['methods'] }];
  }
  return [...besideAlone(ids), ...besideUnions(ids), ...differentRates(sections)];
}

function besideAlone(ids: readonly string[]): Finding[] {
  const alone = ids.find((id) => methods[id]?.alone);
  if (alone === undefined) return [];
  return ids
    .filter((id) => id !== alone)
    .map((id): Finding => {
      const message = `${alone} stands alone: it leaves nothing for ${id} to train`;
      const related = [{ path: ['methods', alone], message: `${alone} stands here` }];
      return {
        code: 'impossible-union',
        message,
        path: ['methods', id],
        related,
        fixes: eachRemoved(id, alone),
      };
    });
}

/** Only a union beside one of its own parts is still there: else its parts stand in its place. */
function besideUnions(ids: readonly string[]): Finding[] {
  return Object.values(unions)
    .filter(({ id }) => ids.includes(id))
    .flatMap(({ id: union, parts }) =>
      ids
        .filter((id) => Object.hasOwn(parts, id))
        .map((id): Finding => {
          const message = `${union} has ${id} as a part; change it there (\`${union}: { ${id}: ... }\`)`;
          const related = [{ path: ['methods', union], message: `${union} stands here` }];
          const fixes = eachRemoved(id, union);
          return { code: 'impossible-union', message, path: ['methods', id], related, fixes };
        }),
    );
}

function eachRemoved(...ids: readonly string[]): Fix[] {
  return ids.map((id) => removed(['methods', id]));
}

/** The optimizer knows one learning rate for each method. */
function differentRates(sections: Written['methods']): Finding[] {
  return Object.entries(sections).flatMap(([id, section]) => {
    if (!Array.isArray(section)) return [];
    const rates = (section as { readonly learning_rate?: number }[]).map(({ learning_rate: rate }) => rate);
    const other = rates.findIndex((rate) => rate !== rates[0]);
    if (other < 0) return [];
    const [first, found] = [rates[0], rates[other]].map((rate) => rate ?? 'none');
    const message = `expected one learning rate for every ${id}, found ${found} here and ${first} in the first`;
    return [{ code: 'invalid-value', message, path: ['methods', id, other, 'learning_rate'] }];
  });
}
