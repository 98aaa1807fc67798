import { defaultLearningRate } from '../../peft/method.ts';
import { methods } from '../../peft/registry.ts';
import { stepsInText } from '../../recipe/place.ts';
import type { Action } from './action.ts';

/** Writes down the learning rate that a method has by default, where the recipe leaves it open. */
export const setLearningRates: Action = ({ configuration, tree, isAt }) =>
  configuration.methods.flatMap(({ id, item, fields, learning_rate: now }) => {
    const path = ['methods', id, ...(item === undefined ? [] : [item])];
    const rate = defaultLearningRate(methods[id], fields);
    // A list has one rate for all its items; one that trains the head alone has nothing else to rate.
    if (item !== undefined || !isAt(...path)) return [];
    const written = tree.entries.get('methods');
    const section = written?.kind === 'map' ? written.entries.get(id) : undefined;
    const own = section?.kind === 'map' && section.entries.has('learning_rate');
    if (own && now === rate) return [];
    return [
      {
        title: `Set the learning rate to ${rate}, the default of ${methods[id].title}`,
        changes: [{ path: [...stepsInText(path, tree), 'learning_rate'], value: rate }],
      },
    ];
  });
