import { describe, expect, it } from 'vitest';
import { isNorm } from '../../../src/models/architecture.ts';
import { architectures } from '../../../src/models/registry.ts';
import { sizeOf } from '../../../src/core/tensor.ts';
import { pressed } from '../../../webview/form/brush.ts';
import type { Part } from '../../../webview/form/brush.ts';
import { layerGrid } from '../../../webview/form/layerGrid.ts';
import { tinyModels } from '../../support/tinyModel.ts';
import { brushOf, formParameters, methodsOf, recipeText, textAfter } from './support.ts';

const all = recipeText('{ ln_tuning: {} }');

describe.each(tinyModels)('the grid of $architecture', ({ architecture: id, config }) => {
  const architecture = architectures[id];
  const info = { architecture, shape: architecture.readConfig(config) };
  const { tensors = [], uses } = formParameters(all, info).variants[0];
  const { columns, rows } = layerGrid(tensors, uses);
  const cells = rows.flatMap(({ layer = 'outside' as const, cells }) =>
    cells.flatMap((cell) => (cell?.isNorm ? { layer, cell } : [])),
  );

  it('shows each LayerNorm of the model, all of it trained', () => {
    const norms = new Map<string, number>();
    for (const { layer = 'outside', part, role, shape } of architecture.tensors(info.shape)) {
      const key = `${layer} ${part}`;
      if (isNorm(role)) norms.set(key, (norms.get(key) ?? 0) + sizeOf(shape));
    }
    const shown = cells.map(({ layer, cell }) => [`${layer} ${cell.module}`, cell.total] as const);
    expect(new Map(shown)).toEqual(norms);
    expect(shown).toHaveLength(norms.size);
    for (const { cell } of cells) expect(cell).toMatchObject({ trained: cell.total, methods: ['ln_tuning'] });
  });

  it('has all that stands outside of the layers in columns of its own', () => {
    const outside = columns.filter(({ inLayers, isNorm: norm }) => norm && !inLayers);
    expect(outside).toHaveLength(1);
    for (const row of rows.filter(({ layer }) => layer === undefined))
      for (const cell of row.cells) if (cell !== undefined) expect(cell.module).toBe(row.module);
  });

  it.each(cells)('switches one LayerNorm: $layer, $cell.module', ({ layer, cell }) => {
    const part: Part = { layer, module: cell.module, isNorm: true };
    const without = textAfter(all, 'ln_tuning', part, info);
    const now = (text: string) =>
      cells.map(({ layer, cell: { module } }) =>
        pressed(brushOf(text, 'ln_tuning', info), { layer, module, isNorm: true }),
      );
    expect(now(all)).toEqual(cells.map(() => true));
    expect(now(without)).toEqual(cells.map((each) => each.cell !== cell));
    expect(methodsOf(textAfter(without, 'ln_tuning', part, info))).toEqual({ ln_tuning: {} });
  });
});

it('GPT-2 has a LayerNorm behind the last layer, in a row and a column of its own', () => {
  const { config } = tinyModels.find(({ architecture }) => architecture === 'gpt2')!;
  const info = { architecture: architectures.gpt2, shape: architectures.gpt2.readConfig(config) };
  const { tensors = [], uses } = formParameters(all, info).variants[0];
  const { columns, rows } = layerGrid(tensors, uses);
  const last = { module: 'final', isNorm: true };
  expect(columns.at(-1)).toEqual({ ...last, inLayers: false });
  const names = rows.map(({ layer, module }) => layer ?? module);
  expect(names.indexOf('final')).toBe(names.indexOf(info.shape.layers - 1) + 1);
  const row = rows[names.indexOf('final')].cells;
  expect(row.map((cell) => cell?.trained)).toEqual([...columns.slice(1).map(() => undefined), 16]);
  const without = textAfter(all, 'ln_tuning', { layer: 'outside', ...last }, info);
  expect(methodsOf(without)).toEqual({ ln_tuning: { layer_norms: ['attention', 'ffn'] } });
});
