import type { Json } from '../../core/json.ts';
import { headOnly } from '../../peft/headOnly.ts';
import { lnTuning } from '../../peft/lnTuning.ts';
import type { Fix } from '../../recipe/problem.ts';
import { nearestNode, plainOf } from '../../recipe/yamlNode.ts';
import type { Action, ActionContext } from './action.ts';

/** Adds what a variant is to be compared with: the same without LN-tuning, and the head alone. */
export const addControls: Action = (context) => {
  if (!context.isAt('methods')) return [];
  const { tree, configuration } = context;
  const written = plainOf(nearestNode(tree, ['methods']).node) as Record<string, Json>;
  const { [lnTuning.id]: norms, ...others } = written;
  const has = (id: string) =>
    context.recipe.configurations.some(({ methods }) => methods.length === 1 && methods[0].id === id);
  return [
    ...(norms !== undefined && Object.keys(others).length > 0
      ? added(context, `${configuration.variant} without LN`, others, 'Add the control without LN-tuning')
      : []),
    ...(has(headOnly.id)
      ? []
      : added(context, 'head only', { [headOnly.id]: {} }, 'Add the control that trains the head alone')),
  ];
};

/** A variant beside those that there are; beside none, the recipe as it is becomes one as well. */
function added({ recipe, configuration }: ActionContext, name: string, methods: Json, title: string): Fix[] {
  const variants = recipe.root.entries.get('variants');
  const names = variants?.kind === 'map' ? [...variants.entries.keys()] : [];
  if (names.includes(name)) return [];
  const variant = { methods };
  const changes =
    names.length > 0
      ? [{ path: ['variants', name], value: variant }]
      : [{ path: ['variants'], value: { [configuration.variant]: {}, [name]: variant } }];
  return [{ title, changes }];
}
