import type { JsonObject } from '../../src/core/json.ts';
import { floatTensor, type HostTensors } from '../../src/core/tensor.ts';
import { randomWeights } from './checkpoints.ts';
import { isGain } from './tinyModel.ts';

/** As a model starts its pre-training, but larger: what a word is still shows in the last layer. */
export function gentleWeights(config: JsonObject): HostTensors {
  return new Map(
    [...randomWeights(config)].map(([name, { shape, data }]) => {
      const centre = isGain(name) ? 1 : 0;
      return [
        name,
        floatTensor(
          shape,
          Float32Array.from(data, (x) => centre + 0.1 * x),
        ),
      ];
    }),
  );
}
