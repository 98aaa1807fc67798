import { messageOf } from '../../src/core/errors.ts';
import { modelDTypes } from '../../src/engine/executor.ts';
import { openExecutor } from '../../src/engine/registry.ts';
import type { ModelDType } from '../../src/trace/graph.ts';
import { comparedHere } from './executorsHere.ts';

/** Largest differences from float32, in units of the largest number: some rounds of the last of 11 bits in float16, of 8 in bfloat16. */
export const narrowTolerance: Readonly<Record<ModelDType, number>> = {
  float32: 0,
  float16: 2 ** -8,
  bfloat16: 2 ** -5,
};

const offered = await Promise.all(
  comparedHere.flatMap((id) =>
    modelDTypes[id]
      .filter((dtype) => dtype !== 'float32')
      .map(async (dtype) => {
        try {
          await (await openExecutor(id, { modelDType: dtype })).dispose();
          return { id, dtype };
        } catch (error) {
          return { id, dtype, fault: messageOf(error) };
        }
      }),
  ),
);

/** The executors that can be tested on this machine, with each narrow number format that they have here. */
export const narrowHere = offered.filter(({ fault }) => fault === undefined);

/** Why others have none. */
export const narrowFaults = offered.flatMap(({ id, dtype, fault }) =>
  fault === undefined ? [] : { id, dtype, fault },
);

for (const { id, dtype, fault } of narrowFaults)
  console.warn(`Tests of ${id} in ${dtype} are skipped: ${fault}`);
