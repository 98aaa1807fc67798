import { describe, expect, it } from 'vitest';
import { sizeOf } from '../../../src/core/tensor.ts';
import { bert } from '../../../src/models/bert.ts';
import { methods } from '../../../src/peft/registry.ts';
import type { TensorShare } from '../../../src/protocol/language.ts';
import { recipeFields } from '../../../src/recipe/fields.ts';
import { choosable, layerGrid, layersEntry, toggled } from '../../../webview/form/layerGrid.ts';
import { sectionOf, type Json } from '../../../webview/form/values.ts';
import { tinyConfig } from '../../support/tinyModel.ts';

const LAYERS = 6;
const shape = bert.readConfig({ ...tinyConfig, num_hidden_layers: LAYERS });
const field = recipeFields.properties!.methods.properties!.ln_tuning;

/** The tensors of a BERT, those that LN-tuning with these fields trains marked. */
function tensorsFor(fields: Record<string, Json>): TensorShare[] {
  const method = methods.ln_tuning;
  const declared = method.declare(method.fields.parse(fields), { architecture: bert, shape });
  const trained = new Set(declared.map(({ name }) => name));
  return bert.tensors(shape).map(({ name, shape: size, part, layer }) => ({
    tensor: name,
    shape: size,
    count: sizeOf(size),
    module: part,
    ...(layer !== undefined && { layer }),
    ...(trained.has(name) && { method: 'ln_tuning' }),
  }));
}

/** The method's fields after a switch; undefined where it is refused. */
function after(fields: Record<string, Json>, part: { layer: number } | { module: string }) {
  const tensors = tensorsFor(fields);
  const values = { methods: { ln_tuning: fields } };
  const edits = toggled(choosable('ln_tuning', field, tensors)!, part, {
    tensors,
    values,
    methods: ['methods'],
  });
  if (edits === undefined) return undefined;
  const next = { ...fields };
  for (const { path, value } of edits) {
    const name = String(path[2]);
    expect(path.slice(0, 2)).toEqual(['methods', 'ln_tuning']);
    if (value === undefined) Reflect.deleteProperty(next, name);
    else next[name] = value;
  }
  return next;
}

describe('layer grid', () => {
  it('has a row per layer and per module outside, a column per module inside', () => {
    const grid = layerGrid(tensorsFor({}));
    expect(grid.columns).toEqual(['attention', 'ffn']);
    expect(grid.rows.map((row) => row.layer ?? row.module)).toEqual([
      'embeddings',
      0,
      1,
      2,
      3,
      4,
      5,
      'pooler',
    ]);
    expect(grid.rows.map((row) => row.cells.length)).toEqual([1, 2, 2, 2, 2, 2, 2, 1]);
  });

  it('counts what is trained of what there is', () => {
    const { rows } = layerGrid(tensorsFor({ layers: [2], layer_norms: ['ffn'] }));
    const width = shape.hiddenSize;
    expect(rows[3].cells.map(({ trained }) => trained)).toEqual([0, 2 * width]);
    expect(rows[3].cells[1].methods).toEqual(['ln_tuning']);
    expect(rows[3].cells[0].total).toBeGreaterThan(0);
    expect(rows[2].cells.map(({ trained }) => trained)).toEqual([0, 0]);
  });

  it('finds the fields that choose parts by what they are', () => {
    const choice = choosable('ln_tuning', field, tensorsFor({}));
    const modulesField = { name: 'layer_norms', words: ['embeddings', 'attention', 'ffn'], whole: 'all' };
    expect(choice).toEqual({ method: 'ln_tuning', modulesField });
    expect(choosable('x', { properties: { layers: {} } }, [])).toEqual({ method: 'x' });
    expect(choosable('x', { properties: {} }, [])).toBeUndefined();
  });
});

describe('switching a layer', () => {
  const every = ['embeddings', 'attention', 'ffn'];

  it('changes this layer alone: the norm outside the layers stays trained', () => {
    expect(after({}, { layer: 3 })).toEqual({ layers: [0, 1, 2, 4, 5], layer_norms: every });
  });
  it('and back: everything is what no entry means', () => {
    expect(after({ layers: [0, 1, 2, 4, 5], layer_norms: every }, { layer: 3 })).toEqual({});
  });
  it('writes a range where there is one, and leaves alone what need not change', () => {
    expect(after({ layers: '0-4' }, { layer: 4 })).toEqual({ layers: '0-3' });
    expect(after({ layers: 'upper_half' }, { layer: 3 })).toEqual({ layers: [4, 5] });
  });
  it('does not train the norm outside when the last layer comes back', () => {
    expect(after({ layers: '0-4' }, { layer: 5 })).toEqual({ layer_norms: ['attention', 'ffn'] });
  });
  it('refuses to leave none', () => {
    expect(after({ layers: [2] }, { layer: 2 })).toBeUndefined();
    expect(after({ layer_norms: ['embeddings'] }, { layer: 2 })).toBeUndefined();
  });
  it('keeps other fields', () => {
    expect(after({ layers: [2], parameters: ['bias'] }, { layer: 5 })).toEqual({
      layers: [2, 5],
      parameters: ['bias'],
    });
  });
});

describe('switching a module', () => {
  it('takes it from the list and puts it back', () => {
    expect(after({}, { module: 'embeddings' })).toEqual({ layer_norms: ['attention', 'ffn'] });
    expect(after({ layer_norms: ['attention', 'ffn'] }, { module: 'embeddings' })).toEqual({});
    expect(after({ layers: '0-2' }, { module: 'ffn' })).toEqual({
      layers: '0-2',
      layer_norms: ['attention'],
    });
  });
  it('keeps the layers as written while no module inside them is chosen', () => {
    const fields = { layers: '0-2', layer_norms: ['embeddings', 'ffn'] };
    expect(after(fields, { module: 'ffn' })).toEqual({ layers: '0-2', layer_norms: ['embeddings'] });
  });
  it('refuses to leave none', () => {
    expect(after({ layer_norms: ['ffn'] }, { module: 'ffn' })).toBeUndefined();
  });
});

it('writes layers in the shortest form that says the same', () => {
  const all = [0, 1, 2, 3, 4, 5];
  expect(layersEntry(all, all)).toBe('all');
  expect(layersEntry([1, 2, 3], all)).toBe('1-3');
  expect(layersEntry([1, 2], all)).toEqual([1, 2]);
  expect(layersEntry([0, 2, 3], all)).toEqual([0, 2, 3]);
});

it('switches no layers of what stands for all of them together, nor of methods without layers', () => {
  const fields = recipeFields.properties!.methods.properties!;
  const prefix = { tensor: 'prefix', shape: [4], count: 4, module: 'attention', method: 'prefix_tuning' };
  const tensors = [...tensorsFor({}), prefix];
  expect(choosable('prefix_tuning', fields.prefix_tuning, tensors)).toBeUndefined();
  expect(choosable('head_only', fields.head_only, tensors)).toBeUndefined();
});

it('switches the places and layers of an adapter that stands once', () => {
  const field = sectionOf(recipeFields.properties!.methods.properties!.adapter);
  expect(choosable('adapter', field, tensorsFor({}))).toEqual({
    method: 'adapter',
    modulesField: { name: 'at', words: ['attention', 'ffn'] },
  });
});
