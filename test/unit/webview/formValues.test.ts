import { describe, expect, it } from 'vitest';
import type { FormState } from '../../../src/protocol/form.ts';
import { isSame, methodsPath, problemsAround, problemsAt, valueAt } from '../../../webview/form/values.ts';

const values = {
  methods: { a: {} },
  variants: { 'own one': { methods: { b: {} } }, shared: { training: {} } },
  seeds: [3, 4],
};

describe('values of a recipe', () => {
  it('are found by path, in lists too, and never in what an object inherits', () => {
    expect(valueAt(values, ['seeds', 1])).toBe(4);
    expect(valueAt(values, ['variants', 'own one', 'methods'])).toEqual({ b: {} });
    expect(valueAt(values, ['methods', 'constructor'])).toBeUndefined();
    expect(valueAt(undefined, ['methods'])).toBeUndefined();
  });

  it('methods stand in the variant where it has its own', () => {
    expect(methodsPath(values, 'own one')).toEqual(['variants', 'own one', 'methods']);
    expect(methodsPath(values, 'shared')).toEqual(['methods']);
    expect(methodsPath(values, undefined)).toEqual(['methods']);
  });

  it('are the same in any order of entries', () => {
    expect(isSame({ a: 1, b: [1, { c: 2, d: 3 }] }, { b: [1, { d: 3, c: 2 }], a: 1 })).toBe(true);
    expect(isSame([1, 2], [2, 1])).toBe(false);
    expect(isSame(undefined, null)).toBe(false);
  });
});

const problem = (path: string, severity: 'error' | 'warning') => ({
  path,
  severity,
  message: path,
  line: 0,
  variants: [],
});

it('problems of a field are its own and those inside it, errors first', () => {
  const problems: FormState['problems'] = [
    problem('seeds.1', 'warning'),
    problem('seedsOther', 'error'),
    problem('seeds', 'error'),
  ];
  expect(problemsAt(problems, ['seeds']).map(({ message }) => message)).toEqual(['seeds', 'seeds.1']);
  expect(problemsAt(problems, [])).toEqual([]);
});

it('problems around the fields of a mapping are those that none of them shows', () => {
  const own = ['task.generation', 'task.generation.beams', 'task.generation.num_beams_'];
  const others = ['task.generation.num_beams', 'task.generation.num_beams.x', 'task', 'task.generations'];
  const problems = [...own, ...others].map((path) => problem(path, 'error'));
  const around = problemsAround(problems, ['task', 'generation'], ['num_beams', 'top_k']);
  expect(around.map(({ path }) => path)).toEqual(own);
});
