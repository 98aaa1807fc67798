import type { Tensor } from '@tensorflow/tfjs-core';
import type { NamedTensors, Program, ProgramInput } from '../../src/program/program.ts';

/** A program of feeds alone, e.g. `{ x: ['B', 'S'] }`; an input whose name starts with `i` is int32, the others float32. */
export function smallProgram(
  inputs: Readonly<Record<string, ProgramInput['shape']>>,
  run: (inputs: NamedTensors) => Record<string, Tensor>,
  results: readonly string[] = ['y'],
): Program {
  return {
    name: 'small',
    inputs: Object.entries(inputs).map(([name, shape]) => ({
      name,
      role: 'feed',
      dtype: name.startsWith('i') ? 'int32' : 'float32',
      shape,
    })),
    results,
    limits: {},
    run,
  };
}
