import { matMul } from '@tensorflow/tfjs-core';
import { messageOf, UserError } from '../core/errors.ts';
import { floatTensor } from '../core/tensor.ts';
import type { Description, ExecutorId } from '../engine/executor.ts';
import { executors } from '../engine/registry.ts';
import type { Program } from '../program/program.ts';

/** What became of an executor that was asked for a product of two matrices. */
export type Probe = ({ readonly works: true } & Description) | Fault;

export interface Fault {
  readonly works: false;
  readonly fault: string;
  /** What to do about it. */
  readonly remedy?: string;
}

/** Has an executor load its native package, compile a tiny program and run it. Never throws: the fault is the answer. */
export async function probe(id: ExecutorId): Promise<Probe> {
  try {
    const executor = await executors[id]();
    const empty = executor.store(new Map());
    const executable = await executor.compile(product);
    const feeds = { x: floatTensor([1, 2], [2, 3]), y: floatTensor([2, 2], [1, 4, 10, 100]) };
    const { xy } = await executable.run({ frozen: empty, state: empty, feeds });
    const description = await executor.describe();
    await executable.dispose();
    await executor.dispose();
    const found = Array.from(xy.data).join(', ');
    return found === '32, 308'
      ? { works: true, ...description }
      : { works: false, fault: `expected the product 32, 308; found ${found}` };
  } catch (error) {
    return faultOf(error);
  }
}

export function faultOf(error: unknown): Fault {
  const text = messageOf(error);
  const remedy = error instanceof UserError ? error.remedy : undefined;
  if (remedy === undefined) return { works: false, fault: text };
  return { works: false, fault: text.slice(0, -remedy.length).trim(), remedy };
}

/** x (B, 2) y (2, 2). */
const product: Program = {
  name: 'product',
  inputs: [
    { name: 'x', role: 'feed', dtype: 'float32', shape: ['B', 2] },
    { name: 'y', role: 'feed', dtype: 'float32', shape: [2, 2] },
  ],
  results: ['xy'],
  limits: {},
  run: ({ x, y }) => ({ xy: matMul(x, y) }),
};
