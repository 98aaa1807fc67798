import { methods } from '../peft/registry.ts';
import type { Written } from './configure.ts';
import { moved, removed } from './fixes.ts';
import type { Finding, Fix } from './problem.ts';

/** What is wrong with where a configuration begins: at a model's weights, or from nothing. */
export function modelRules(written: Written): Finding[] {
  return [...besideModel(written), ...leftRandom(written)];
}

/** `config` and `weights` beside `model`. */
function besideModel({ model, config, weights, methods: sections }: Written): Finding[] {
  if (model === undefined || (config === undefined && weights === undefined)) return [];
  const others = [...(config === undefined ? [] : ['config']), ...(weights === undefined ? [] : ['weights'])];
  const [field] = others;
  const message = `\`${field}\` is for training from nothing, but \`model\` names weights to begin with`;
  const related = [{ path: ['model'], message: 'the model stands here' }];
  const begin: Fix = {
    title: `Remove ${others.map((other) => `"${other}"`).join(' and ')}`,
    changes: others.map((other) => ({ path: [other] })),
  };
  const fromNothing = config === undefined ? moved(['model'], ['config']) : removed(['model']);
  const fixes = [begin, ...(weights !== undefined && trainsAll(sections) ? [fromNothing] : [])];
  return [{ code: 'model-or-config', message, path: [field], related, fixes }];
}

/** Methods beside random weights that leave some of them as they are. */
function leftRandom({ model, weights, methods: sections }: Written): Finding[] {
  if (model !== undefined || weights === undefined) return [];
  if (trainsAll(sections)) return []; // others cannot stand beside that method
  return idsOf(sections).map((id): Finding => {
    const message = `${id} would leave tensors frozen at random values: \`weights: random\` is for ${able.join(', ')}`;
    const related = [{ path: ['weights'], message: 'the weights are random' }];
    return {
      code: 'frozen-random-init',
      message,
      path: ['methods', id],
      related,
      fixes: able.map(insteadOfAll),
    };
  });
}

function trainsAll(sections: Written['methods']): boolean {
  return idsOf(sections).some((id) => methods[id]?.fromNothing);
}

function idsOf(sections: Written['methods']): string[] {
  return Object.keys(sections).filter((id) => sections[id] !== undefined);
}

/** Methods that train a model from nothing. */
const able = Object.values(methods)
  .filter(({ fromNothing }) => fromNothing)
  .map(({ id }) => id);

function insteadOfAll(id: string): Fix {
  return { title: `Train with "${id}" instead`, changes: [{ path: ['methods'], value: { [id]: {} } }] };
}
