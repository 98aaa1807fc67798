import { describe, expect, it } from 'vitest';
import { parametersOf } from '../../../src/facts/parametersOf.ts';
import { hintsOf } from '../../../src/language/hints.ts';
import { architectures } from '../../../src/models/registry.ts';
import { countParameters } from '../../../src/plan/parameters.ts';
import { planConfiguration } from '../../../src/plan/plan.ts';
import { planText } from '../../../src/plan/planText.ts';
import { modelKey, type Facts } from '../../../src/recipe/facts.ts';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import { layerGrid } from '../../../webview/form/layerGrid.ts';
import { methodExamples, unionExamples } from '../../support/methodExamples.ts';
import { tinyAssembly, tinyModels, tinyWeights } from '../../support/tinyModel.ts';

describe.each(tinyModels)('$architecture', ({ architecture: id, config }) => {
  const info = { architecture: architectures[id], shape: architectures[id].readConfig(config) };
  const facts: Facts = {
    models: new Map([[modelKey({ model: './model' }), { info, missing: [] }]]),
    files: new Map(),
  };

  it.each([...methodExamples, ...unionExamples])(
    'hints, form, plan and trainer count the same: $name',
    ({ use }) => {
      const text = `version: 1
model: ./model
task: { type: text-classification, train: a.tsv, text: t, label: l, labels: [a, b, c], max_length: 8 }
methods: ${JSON.stringify(use)}
`;
      const { recipe } = parseRecipe(text, '');
      const [configuration] = recipe!.configurations;

      // What the trainer holds: the tensors themselves.
      const assembly = tinyAssembly({ config, use });
      const weights = tinyWeights(assembly).state;
      const elements = assembly.trained
        .filter(({ part }) => part !== 'head')
        .reduce((sum, { name }) => sum + weights.get(name)!.data.length, 0);

      const plan = planConfiguration({ configuration, model: info, numLabels: 3 });
      expect(plan.parameters).toEqual(countParameters(assembly));
      expect(plan.parameters.trained).toBe(elements);
      expect(planText(plan, { isEstimate: false, seeds: 1 })).toContain(
        ` ${elements.toLocaleString('en-US')} (`,
      );

      const [{ counts, tensors = [], uses }] = parametersOf(recipe, facts).variants;
      expect(counts?.trained).toBe(elements);
      const cells = layerGrid(tensors, uses).rows.flatMap((row) => row.cells);
      const head = assembly.parameters.head;
      expect(cells.reduce((sum, cell) => sum + (cell?.trained ?? 0), 0)).toBe(elements + head);

      // Beside each method stands its own count: a tensor of two is counted at both.
      const twice = [...assembly.shared].reduce(
        (sum, [name, owners]) => sum + (owners.length - 1) * weights.get(name)!.data.length,
        0,
      );
      const shown = hintsOf(text, recipe!, facts).flatMap(
        ({ label }) => /^([\d,]+) · /.exec(label)?.[1] ?? [],
      );
      const sum = shown.reduce((total, each) => total + Number(each.replaceAll(',', '')), 0);
      expect(sum).toBe(elements + twice);
    },
  );
});
