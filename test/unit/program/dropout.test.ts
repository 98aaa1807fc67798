import { describe, expect, it } from 'vitest';
import { floatTensor, sizeOf, type HostTensor } from '../../../src/core/tensor.ts';
import type { ExecutorId } from '../../../src/engine/executor.ts';
import { executors } from '../../../src/engine/registry.ts';
import type { DropoutSite } from '../../../src/models/architecture.ts';
import { dropout } from '../../../src/ops/dropout.ts';
import { dropoutFeed, dropoutFeeds, dropoutInputs } from '../../../src/program/dropoutFeeds.ts';
import type { Program } from '../../../src/program/program.ts';
import { comparedHere } from '../../support/executorsHere.ts';
import { tinyAssembly, tinyConfig } from '../../support/tinyModel.ts';

const sites = tinyAssembly().dropoutSites;

/** Each site's dropout of ones: 0 where an element is dropped, 1 / (1 - rate) elsewhere. */
function droppingOnes(sites: readonly DropoutSite[]): Program {
  return {
    name: 'dropout of ones',
    inputs: [
      ...sites.map(({ name, shape }) => ({ name, shape, role: 'feed', dtype: 'float32' }) as const),
      ...dropoutInputs(sites),
    ],
    results: sites.map(({ name }) => `${name}/dropped`),
    limits: {},
    run: (inputs) =>
      Object.fromEntries(
        sites.map(({ name, rate }) => {
          const [rows, columns] = [inputs[dropoutFeed(name, 'rows')], inputs[dropoutFeed(name, 'columns')]];
          return [`${name}/dropped`, dropout(inputs[name], rate, rows, columns)];
        }),
      ),
  };
}

type Masks = Record<string, Float32Array>;

/** Makes masks by site, as an executor does for a seed and a step. */
async function masker({ executorId = 'reference' as ExecutorId, sites: chosen = sites } = {}): Promise<
  (at: { seed: number; step: number; B: number; S: number }) => Promise<Masks>
> {
  const executor = await executors[executorId]();
  const executable = await executor.compile(droppingOnes(chosen));
  const none = executor.store(new Map());
  return async ({ seed, step, ...symbols }) => {
    const ones = chosen.map(({ name, shape }): [string, HostTensor] => {
      const size = shape.map((d) => (typeof d === 'number' ? d : symbols[d]));
      return [name, floatTensor(size, new Float32Array(sizeOf(size)).fill(1))];
    });
    const feeds = { ...dropoutFeeds(chosen, { seed, step, symbols }), ...Object.fromEntries(ones) };
    const results = await executable.run({ frozen: none, state: none, feeds });
    return Object.fromEntries(
      chosen.map(({ name }) => [name, results[`${name}/dropped`].data as Float32Array]),
    );
  };
}

describe('dropout masks', () => {
  it('drop at the rate of each site, within 4 sigma, and scale the rest', async () => {
    const masks = await (await masker())({ seed: 3, step: 0, B: 64, S: 16 });
    for (const { name, rate } of sites) {
      const mask = masks[name];
      const dropped = mask.filter((x) => x === 0).length;
      const sigma = Math.sqrt(mask.length * rate * (1 - rate));
      expect(Math.abs(dropped - mask.length * rate), `${name}: ${dropped} of ${mask.length}`).toBeLessThan(
        4 * sigma,
      );
      expect(new Set(mask)).toEqual(new Set([0, Math.fround(1 / (1 - rate))]));
    }
  });

  it('are uncorrelated between any two elements, sites, steps and seeds', async () => {
    // One sample: two sites, at this step, at the next, and with another seed.
    const pair = sites.slice(0, 2);
    const at = await masker({ sites: pair });
    const size = { B: 1, S: 3 };
    const samples = 4000;
    const rows: number[][] = [];
    for (let step = 0; step < 2 * samples; step += 2) {
      const masks = [
        await at({ seed: 1, step, ...size }),
        await at({ seed: 1, step: step + 1, ...size }),
        await at({ seed: 2, step, ...size }),
      ];
      rows.push(masks.flatMap((mask) => pair.flatMap(({ name }) => Array.from(mask[name], Number))));
    }
    // The largest of some 8,000 normal correlations is expected at 4 sigma.
    expect(largestCorrelation(rows)).toBeLessThan(5.5 / Math.sqrt(samples));
  });

  it.each(comparedHere)('are to the bit those of the reference on %s', async (executorId) => {
    const [expected, found] = [await masker(), await masker({ executorId })];
    for (const at of [
      { seed: 0, step: 0, B: 5, S: 7 },
      { seed: 2 ** 31, step: 123456, B: 1, S: 16 },
    ]) {
      expect(await found(at)).toEqual(await expected(at));
    }
  });

  it('are the same for every recipe with the seed', () => {
    const at = { seed: 5, step: 9, symbols: { B: 2, S: 4 } };
    const of = (parts: Parameters<typeof tinyAssembly>[0]) =>
      dropoutFeeds(tinyAssembly(parts).dropoutSites, at);
    const expected = of({ use: { ln_tuning: {} } });
    expect(of({ use: { head_only: {} } })).toEqual(expected);
    expect(of({ use: { ln_tuning: { layers: [1] }, head_only: {} }, pooling: 'mean' })).toEqual(expected);

    const shared = of({ config: { ...tinyConfig, hidden_dropout_prob: 0 } }); // only attention drops
    expect(Object.keys(shared).length).toBeGreaterThan(0);
    for (const [name, values] of Object.entries(shared)) expect(values).toEqual(expected[name]);
  });
});

/** Over all pairs of columns, the largest correlation between them. */
function largestCorrelation(rows: readonly number[][]): number {
  const standardised = rows[0].map((_, column) => {
    const values = rows.map((row) => row[column]);
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0));
    return Float64Array.from(values, (x) => (x - mean) / deviation);
  });
  let largest = 0;
  for (const [i, a] of standardised.entries()) {
    for (const b of standardised.slice(0, i))
      largest = Math.max(largest, Math.abs(a.reduce((sum, x, k) => sum + x * b[k], 0)));
  }
  return largest;
}
