import { describe, expect, it } from 'vitest';
import { assemble, type Assembly } from '../../../src/program/assembly.ts';
import { budgetsOf, matchBudget, type Budget } from '../../../src/plan/matchBudget.ts';
import { countParameters } from '../../../src/plan/parameters.ts';
import { tinyAssembly, tinyConfig } from '../../support/tinyModel.ts';

const config = { ...tinyConfig, hidden_size: 32, intermediate_size: 48, max_position_embeddings: 64 };

/** The count at each value that the model has room for, from 1. */
function countsOf(assembly: Assembly, { use, field }: Budget): number[] {
  const { method, fields } = assembly.methods[use];
  const counts: number[] = [];
  for (let value = 1; value <= 100; value++) {
    const changed = method.fields.parse({ ...(fields as object), [field]: value });
    if (method.check(changed, assembly.info).length > 0) break;
    if ((method.waste?.(changed, assembly.info) ?? []).length > 0) break;
    const methods = assembly.methods.map((each, i) => (i === use ? { method, fields: changed } : each));
    counts.push(countParameters(assemble({ ...assembly, methods })).trained);
  }
  return counts;
}

describe('the size that matches a count', () => {
  it.each([
    ['lora', { lora: {} }, 0, 'r', 8],
    ['lora of some layers, in a union', { ln_tuning: {}, lora: { layers: [1] } }, 0, 'r', 8],
    ['an adapter, whose width follows from the factor', { adapter: {} }, 0, 'bottleneck', undefined],
    [
      'the second adapter',
      { adapter: [{ bottleneck: 4 }, { form: 'parallel', bottleneck: 5 }] },
      1,
      'bottleneck',
      5,
    ],
    ['a prefix', { prefix_tuning: {} }, 0, 'num_virtual_tokens', 16],
    ['a projected prefix', { prefix_tuning: { prefix_projection: true } }, 0, 'num_virtual_tokens', 16],
  ])('is the nearest of all for %s', (_, use, index, field, value) => {
    const assembly = tinyAssembly({ config, use });
    const budget = budgetsOf(assembly)[index];
    expect(budget).toMatchObject({ field });
    expect(budget.value).toBe(value);
    const counts = countsOf(assembly, budget);
    expect(counts.length).toBeGreaterThan(8);
    const [least, most] = [counts[0], counts.at(-1)!];
    const step = counts[1] - counts[0];
    for (let wanted = least - 3; wanted <= most + 3; wanted += Math.max(1, Math.floor(step / 3))) {
      const found = matchBudget(assembly, budget, wanted);
      const distance = Math.min(...counts.map((count) => Math.abs(count - wanted)));
      expect(found.trained).toBe(counts[found.value - 1]);
      expect(Math.abs(found.trained - wanted), `${wanted}`).toBe(distance);
      expect(found.end).toBe(wanted < least ? 'smallest' : wanted > most ? 'largest' : undefined);
    }
    // Half way between two, the smaller.
    if (step % 2 === 0) expect(matchBudget(assembly, budget, least + step / 2).value).toBe(1);
  });

  it('is none where no method has one', () => {
    expect(budgetsOf(tinyAssembly({ use: { ln_tuning: {}, bitfit: {} } }))).toEqual([]);
  });
});
