import { expect, it } from 'vitest';
import type { TensorShare } from '../../../src/protocol/language.ts';
import { layerGrid } from '../../../webview/form/layerGrid.ts';

const share = (module: string, count: number, rest: Partial<TensorShare> = {}): TensorShare => ({
  ...{ tensor: `${module} ${count}`, shape: [count], count, module, ...rest },
});
const norm = { isNorm: true } as const;
const model = [
  share('embeddings', 100),
  share('embeddings', 2, norm),
  ...[0, 1].flatMap((layer) => [
    share('attention', 40, { layer }),
    share('attention', 2, { layer, ...norm, ...(layer === 1 && { method: 'ln_tuning' }) }),
    share('ffn', 80, { layer }),
    share('ffn', 2, { layer, ...norm }),
  ]),
  share('pooler', 10),
  share('head', 4, { method: 'head' }),
];

it('has a row per layer and per module outside of them, and tells LayerNorms from the rest', () => {
  const { columns, rows } = layerGrid(model);
  expect(columns).toEqual([
    { module: 'embeddings', isNorm: false, inLayers: false },
    { module: 'embeddings', isNorm: true, inLayers: false },
    { module: 'attention', isNorm: false, inLayers: true },
    { module: 'attention', isNorm: true, inLayers: true },
    { module: 'ffn', isNorm: false, inLayers: true },
    { module: 'ffn', isNorm: true, inLayers: true },
  ]);
  const none = undefined;
  expect(rows.map((row) => [row.layer ?? row.module, row.cells.map((cell) => cell?.trained)])).toEqual([
    ['embeddings', [0, 0, none, none, none, none]],
    [0, [none, none, 0, 0, 0, 0]],
    [1, [none, none, 0, 2, 0, 0]],
    ['pooler', [0]],
    ['head', [4]],
  ]);
  expect(rows[2].cells.map((cell) => cell?.total)).toEqual([none, none, 40, 2, 80, 2]);
  expect(rows[2].cells[3]?.methods).toEqual(['ln_tuning']);
});

it('has each cell in the column of its own module and kind', () => {
  const { columns, rows } = layerGrid(model);
  for (const { cells } of rows.filter((row) => row.cells.length === columns.length))
    cells.forEach(
      (cell, index) =>
        cell && expect(columns[index]).toMatchObject({ module: cell.module, isNorm: cell.isNorm }),
    );
});

it('shares what stands for several layers together among those where the method acts', () => {
  const prefix = share('attention', 30, { method: 'prefix_tuning' });
  const { rows } = layerGrid([...model, prefix], [{ method: 'prefix_tuning', layers: [1], words: [''] }]);
  expect(rows.map((row) => row.layer ?? row.module)).toEqual(['embeddings', 0, 1, 'pooler', 'head']);
  expect(rows[1].cells[2]).toMatchObject({ trained: 0, total: 40, methods: [] });
  expect(rows[2].cells[2]).toMatchObject({ trained: 30, total: 70, methods: ['prefix_tuning'] });
});
