import type { Fix } from '../recipe/problem.ts';
import type { Configuration } from '../recipe/recipe.ts';
import type { Use } from './subject.ts';

/** Gives a method a learning rate of its own; a list of one method has one rate. */
export function setLearningRate({ id }: Use, rate: number, { methods }: Configuration): Fix {
  const changes = methods
    .filter((use) => use.id === id)
    .map(({ item }) => ({
      path: ['methods', id, ...(item === undefined ? [] : [item]), 'learning_rate'],
      value: rate,
    }));
  return { title: `Set the learning rate to ${rate}`, changes };
}
