import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { bert } from '../../../src/models/bert.ts';
import { isSwitchable, pressed, switched } from '../../../webview/form/brush.ts';
import type { Part } from '../../../webview/form/brush.ts';
import { tinyConfig } from '../../support/tinyModel.ts';
import * as support from './support.ts';
import { methodsOf, recipeText, words } from './support.ts';

const config = { ...tinyConfig, num_hidden_layers: 6, max_position_embeddings: 64 };
const info = { architecture: bert, shape: bert.readConfig(config) };
const brushOf = (text: string, method: string) => support.brushOf(text, method, info);
const textAfter = (text: string, method: string, part: Part) => support.textAfter(text, method, part, info);

/** The recipe's methods after a press, by way of its text; the word of a refusal. */
function after(methods: string, method: string, part: Part): unknown {
  const text = recipeText(methods);
  const edits = switched(brushOf(text, method), part);
  if (typeof edits === 'string') return edits;
  const next = textAfter(text, method, part);
  const brush = brushOf(next, method);
  expect(isSwitchable(brush)).toBe(true);
  if (method in ((parse(next) as { methods: object }).methods ?? {})) {
    // What is pressed now is what was asked for.
    expect(pressed(brush, part)).toBe(!pressed(brushOf(text, method), part));
  }
  return methodsOf(next);
}

const attentionNorm = { module: 'attention', isNorm: true };
const ffnNorm = { module: 'ffn', isNorm: true };
const attention = { module: 'attention', isNorm: false };
const ffn = { module: 'ffn', isNorm: false };
const embeddings = { layer: 'outside', module: 'embeddings', isNorm: true } as const;

describe('LN-tuning, which may be listed', () => {
  it.each<[string, Part, unknown]>([
    [
      '{ ln_tuning: {} }',
      { layer: 3 },
      { layers: [0, 1, 2, 4, 5], layer_norms: ['embeddings', 'attention', 'ffn'] },
    ],
    [
      '{ ln_tuning: { layers: [0, 1, 2, 4, 5], layer_norms: [embeddings, attention, ffn] } }',
      { layer: 3 },
      {},
    ],
    ['{ ln_tuning: { layers: 0-4 } }', { layer: 4 }, { layers: '0-3' }],
    ['{ ln_tuning: { layers: upper_half } }', { layer: 3 }, { layers: [4, 5] }],
    ['{ ln_tuning: {} }', embeddings, { layer_norms: ['attention', 'ffn'] }],
    ['{ ln_tuning: { layer_norms: [attention, ffn] } }', embeddings, {}],
    // The row of the embeddings: all that the method reaches there.
    ['{ ln_tuning: {} }', { layer: 'outside', module: 'embeddings' }, { layer_norms: ['attention', 'ffn'] }],
    [
      '{ ln_tuning: { layers: 0-2 } }',
      ffnNorm,
      [
        { layer_norms: ['attention', 'ffn'], layers: '0-2' },
        { layer_norms: ['ffn'], layers: '3-5' },
      ],
    ],
    [
      '{ ln_tuning: { layer_norms: [attention] } }',
      { ...ffnNorm, layer: 5 },
      [
        { layer_norms: ['attention'], layers: '0-4' },
        { layer_norms: ['attention', 'ffn'], layers: [5] },
      ],
    ],
    [
      '{ ln_tuning: { parameters: [bias], learning_rate: 0.01, layers: [2] } }',
      { ...ffnNorm, layer: 2 },
      { parameters: ['bias'], learning_rate: 0.01, layers: [2], layer_norms: ['attention'] },
    ],
    [
      '{ ln_tuning: [{ layer_norms: [attention], layers: 0-2, parameters: [bias] }, { layer_norms: [ffn], layers: 3-5 }] }',
      { ...ffnNorm, layer: 3 },
      [
        { layer_norms: ['attention'], layers: '0-2', parameters: ['bias'] },
        { layer_norms: ['ffn'], layers: [4, 5] },
      ],
    ],
    [
      '{ ln_tuning: [{ layer_norms: [attention], layers: 0-4 }, { layer_norms: [attention, ffn], layers: [5] }] }',
      { ...ffnNorm, layer: 5 },
      { layer_norms: ['attention'] },
    ],
  ])('%s, %j', (methods, part, expected) => {
    expect(after(methods, 'ln_tuning', part)).toEqual({ ln_tuning: expected });
  });
});

describe('other methods', () => {
  it.each<[string, string, Part, unknown]>([
    [
      '{ ln_tuning: {} }',
      'adapter',
      { ...attention, layer: 2 },
      { ln_tuning: {}, adapter: { at: ['attention'], layers: [2] } },
    ],
    [
      '{ ln_tuning: {} }',
      'prefix_tuning',
      { ...attention, layer: 1 },
      { ln_tuning: {}, prefix_tuning: { layers: [1] } },
    ],
    ['{ prefix_tuning: {} }', 'prefix_tuning', { layer: 5 }, { prefix_tuning: { layers: '0-4' } }],
    ['{ lora: {} }', 'lora', { layer: 0 }, { lora: { layers: '1-5' } }],
    [
      '{ lora: { layers: 0-2, r: 4 } }',
      'lora',
      ffn,
      { lora: { layers: '0-2', r: 4, target_modules: ['query', 'value', 'ffn_in', 'ffn_out'] } },
    ],
    [
      '{ lora: { target_modules: [output.dense, query] } }',
      'lora',
      { layer: 0 },
      { lora: { target_modules: ['query', 'output.dense'], layers: '1-5' } },
    ],
    ['{ ia3: {} }', 'ia3', attention, { ia3: { target_modules: ['ffn_out'] } }],
    ['{ ln_tuning: {}, lora: { layers: [0] } }', 'lora', { ...attention, layer: 0 }, { ln_tuning: {} }],
    [
      '{ bitfit: {} }',
      'bitfit',
      attentionNorm,
      { bitfit: { biases: ['attention', 'ffn', 'embeddings', 'pooler'] } },
    ],
    [
      '{ bitfit: {} }',
      'bitfit',
      embeddings,
      { bitfit: { biases: ['attention', 'ffn', 'layer_norm', 'pooler'] } },
    ],
    ['{ lora: { target_modules: [query, ffn_in] } }', 'lora', { ...ffn, layer: 0 }, 'rectangle'],
    ['{ lora: { layers: [0] } }', 'lora', { layer: 0 }, 'mustStay'],
  ])('%s, %s, %j', (methods, method, part, expected) => {
    expect(after(methods, method, part)).toEqual(expected);
  });
});

it('leaves the comments of the uses that stay, where one is added or goes', () => {
  const uses = `
  ln_tuning:
    # the norms of attention
    - layer_norms: [attention] # no others
      layers: 0-3 # the lower ones
    # and those of the feed-forward layers
    - layer_norms: [ffn]
      layers: [4] # the fifth
`;
  const more = textAfter(recipeText(uses), 'ln_tuning', { ...attentionNorm, layer: 4 });
  for (const comment of uses.match(/#.*/g)!) expect(more).toContain(comment);
  expect(methodsOf(more)).toEqual({
    ln_tuning: [
      { layer_norms: ['attention'], layers: '0-3' },
      { layer_norms: ['attention', 'ffn'], layers: [4] },
    ],
  });
  const three = textAfter(more, 'ln_tuning', { ...ffnNorm, layer: 5 });
  for (const comment of uses.match(/#.*/g)!) expect(three).toContain(comment);
  expect((methodsOf(three) as { ln_tuning: unknown[] }).ln_tuning).toHaveLength(3);
  expect(methodsOf(textAfter(three, 'ln_tuning', { ...ffnNorm, layer: 5 }))).toEqual(methodsOf(more));
});

it('cannot reach where a method does not act, nor switch what a union stands for', () => {
  expect(
    pressed(brushOf(recipeText('{ ln_tuning: {} }'), 'ln_tuning'), { ...attention, layer: 0 }),
  ).toBeUndefined();
  expect(
    isSwitchable(
      brushOf(
        recipeText('{ mam: { adapter: { bottleneck: 4 }, prefix_tuning: { num_virtual_tokens: 4 } } }'),
        'adapter',
      ),
    ),
  ).toBe(false);
});

it('every method has a tag of its own', () => {
  const tags = words.methods.map(({ tag }) => tag);
  expect(new Set(tags).size).toBe(tags.length);
});
