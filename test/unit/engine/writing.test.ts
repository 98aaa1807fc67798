import { describe, expect, it } from 'vitest';
import type { ExecutorId } from '../../../src/engine/executor.ts';
import { openExecutor } from '../../../src/engine/registry.ts';
import { openDecoder, type Reading } from '../../../src/generation/decoder.ts';
import { findArchitecture } from '../../../src/models/registry.ts';
import type { ModelDType } from '../../../src/trace/graph.ts';
import { expectClose } from '../../support/closeness.ts';
import { comparedHere, DEVICE_TIMEOUT_MS } from '../../support/executorsHere.ts';
import { narrowHere, narrowTolerance } from '../../support/narrowHere.ts';
import { tinyAssembly, tinyModels, tinyWeights } from '../../support/tinyModel.ts';

const writers = tinyModels.filter(
  ({ config }) => findArchitecture(config.model_type).nextToken !== undefined,
);

/** In front of the shorter ones is padding. */
const PROMPTS = [[4, 9, 2, 30, 7], [11], [8, 3]];

/** Texts read and continued by two tokens; then by a third, with one text twice and one no more. */
async function readings(
  executorId: ExecutorId,
  given: Parameters<typeof tinyAssembly>[0],
  modelDType: ModelDType = 'float32',
): Promise<Reading[]> {
  const executor = await openExecutor(executorId, { modelDType });
  const assembly = tinyAssembly(given);
  const weights = tinyWeights(assembly);
  const [frozen, state] = [executor.store(weights.frozen, 'frozen'), executor.store(weights.state)];
  const decoder = await openDecoder({ executor, assembly, frozen, state });
  const first = await decoder.begin(PROMPTS);
  const second = await decoder.extend(first, [0, 1, 2], [5, 6, 7]);
  const third = await decoder.extend(second, [2, 0, 2, 0], [12, 13, 14, 15]);
  const alone = await decoder.begin([[17]]);
  const behind = await decoder.extend(alone, [0], [18]);
  await decoder.dispose();
  return [first, second, third, alone, behind];
}

describe.each(comparedHere)('texts read piece by piece on %s', { timeout: DEVICE_TIMEOUT_MS }, (id) => {
  const uses = [
    { name: 'LN', use: { ln_tuning: {} } },
    { name: 'behind a prefix', use: { prefix_tuning: { num_virtual_tokens: 3, dropout: 0 } } },
  ];
  const cases = writers.flatMap((model) => uses.map((each) => ({ ...model, ...each })));
  it.each(cases)('$architecture, $name: logits and caches equal the reference', async ({ config, use }) => {
    const [expected, found] = [
      await readings('reference', { config, use }),
      await readings(id, { config, use }),
    ];
    for (const [i, { logits, cache }] of expected.entries()) {
      expect(found[i].logits.shape).toEqual(logits.shape);
      expectClose(`logits of reading ${i}`, found[i].logits.data, [...logits.data], 2e-5);
      for (const [name, { shape, data }] of cache) {
        expect(found[i].cache.get(name)!.shape).toEqual(shape);
        expectClose(`${name} of reading ${i}`, found[i].cache.get(name)!.data, [...data], 2e-5);
      }
    }
  });
});

describe.each(narrowHere)(
  'texts read piece by piece on $id in $dtype',
  { timeout: DEVICE_TIMEOUT_MS },
  ({ id, dtype }) => {
    it.each(writers)('$architecture: logits are as near to the reference as they are', async ({ config }) => {
      const given = { config, use: { ln_tuning: {} } };
      const [expected, found] = [await readings('reference', given), await readings(id, given, dtype)];
      for (const [i, { logits }] of expected.entries()) {
        expectClose(`logits of reading ${i}`, found[i].logits.data, [...logits.data], narrowTolerance[dtype]);
      }
    });
  },
);
