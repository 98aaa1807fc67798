import type { RunParameters } from '../../src/protocol/dashboard.ts';

export interface ParameterBars {
  /** Where parameters are, from the input to the output: a module's name outside the layers, the number of a layer within. */
  readonly places: readonly (string | number)[];
  readonly stacks: readonly {
    readonly group: string;
    readonly method: string;
    /** One per place. */
    readonly counts: readonly number[];
  }[];
}

/** What each group trains, by place and method. `byGroup`: of one run of each. */
export function parameterBars(byGroup: ReadonlyMap<string, RunParameters>): ParameterBars {
  const shares = [...byGroup.values()].flatMap((parameters) => parameters.shares);
  const layers = Math.max(-1, ...shares.flatMap(({ layer }) => layer ?? []));
  const outside = [...new Set(shares.filter(({ layer }) => layer === undefined).map(({ module }) => module))];
  const before = outside.filter((module) => module === 'embeddings');
  // As the model runs: what is neither before nor last comes between the layers and the head.
  const after = outside
    .filter((module) => module !== 'embeddings')
    .sort((a, b) => Number(a === 'head') - Number(b === 'head'));
  const places = [...before, ...Array.from({ length: layers + 1 }, (_, layer) => layer), ...after];
  const index = new Map(places.map((place, i) => [place, i]));
  const stacks = [...byGroup].flatMap(([group, parameters]) => {
    const byMethod = new Map<string, number[]>();
    for (const { layer, module, method, count } of parameters.shares) {
      const counts = byMethod.get(method) ?? places.map(() => 0);
      counts[index.get(layer ?? module)!] += count;
      byMethod.set(method, counts);
    }
    return [...byMethod].map(([method, counts]) => ({ group, method, counts }));
  });
  return { places, stacks };
}
