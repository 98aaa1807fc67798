import { count } from '../core/display.ts';
import { internal } from '../core/errors.ts';
import { sizeOf } from '../core/tensor.ts';
import type { Assembly } from '../program/assembly.ts';

/** For each set of methods, what all of them declare. */
export function sharedTensors({ trained, shared }: Assembly): string[] {
  const sizes = new Map(trained.map(({ name, shape }) => [name, sizeOf(shape)]));
  const groups = new Map<string, { first: string; names: string; tensors: number; parameters: number }>();
  for (const [tensor, owners] of shared) {
    const names = inWords(owners);
    const { tensors, parameters } = groups.get(names) ?? { tensors: 0, parameters: 0 };
    const size = sizes.get(tensor) ?? internal(`${tensor} is shared and not trained`);
    groups.set(names, { first: owners[0], names, tensors: tensors + 1, parameters: parameters + size });
  }
  return [...groups.values()].map(({ first, names, tensors, parameters }) => {
    const subject = `${count(tensors)} ${tensors === 1 ? 'tensor' : 'tensors'} (${count(parameters)} parameters)`;
    const verb = tensors === 1 ? 'is' : 'are';
    return `${subject} ${verb} declared by ${names}: trained once, at the learning rate of ${first}`;
  });
}

function inWords(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
