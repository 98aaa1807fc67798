import { parametersFrom, storedTensors, type Assembly } from './assembly.ts';
import type { Program } from './program.ts';

/** The stored tensors of the methods that are trained in another form than they are kept in, from the trained ones; undefined where there are none. */
export function foldProgram(assembly: Assembly): Program | undefined {
  const { methods, info, trained } = assembly;
  const folding = methods.flatMap(({ method: { fold }, fields }) =>
    fold?.fields(fields) === undefined ? [] : [{ fold, fields }],
  );
  if (folding.length === 0) return undefined;
  const names = new Set(trained.map(({ name }) => name));
  const kept = storedTensors(assembly, trained).filter(({ name }) => !names.has(name));
  return {
    name: 'fold',
    inputs: trained
      .filter(({ stored }) => !stored)
      .map(({ name, shape }) => ({ name, shape, role: 'state', dtype: 'float32' })),
    results: kept.map(({ name }) => name),
    limits: {},
    run: (inputs) => {
      const parameters = parametersFrom(inputs);
      return Object.assign({}, ...folding.map(({ fold, fields }) => fold.tensors(fields, info, parameters)));
    },
  };
}
