import type { Method, ModelInfo } from '../peft/method.ts';
import { parametersFrom } from './assembly.ts';
import type { Program } from './program.ts';

interface Uses {
  readonly info: ModelInfo;
  readonly methods: readonly { readonly method: Method; readonly fields: unknown }[];
}

/** Whether the base model's own tensors can take what the method learns, so that the method itself is no longer needed. */
export function isMergeable({ merge, hooks }: Method): boolean {
  return merge !== undefined || hooks === undefined;
}

/**
 * The program that merges the methods, one after the other, into one of the base model's tensors, whose value (trained or not) is an input
 * beside the methods' own tensors. Undefined for a tensor that all of them leave as it is.
 */
export function mergeProgram(
  { methods, info }: Uses,
  { name, shape }: { readonly name: string; readonly shape: readonly number[] },
): Program | undefined {
  const merging = methods.flatMap(({ method, fields }) => {
    const into = method.merge?.(fields, info)[name];
    return into === undefined ? [] : [{ into, own: method.declare(fields, info) }];
  });
  if (merging.length === 0) return undefined;
  const inputs = [{ name, shape }, ...merging.flatMap(({ own }) => own)];
  return {
    name: `merge ${name}`,
    inputs: inputs.map(({ name, shape }) => ({ name, shape, role: 'frozen', dtype: 'float32' })),
    results: [name],
    limits: {},
    run: (given) => {
      const parameters = parametersFrom(given);
      return { [name]: merging.reduce((value, { into }) => into(value, parameters), parameters(name)) };
    },
  };
}
