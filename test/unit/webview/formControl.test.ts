import { describe, expect, it } from 'vitest';
import { fieldAt, recipeFields } from '../../../src/recipe/fields.ts';
import { controlOf, hintOf, placeholderOf, textOf, valueOf } from '../../../webview/form/control.ts';
import type { Field } from '../../../webview/form/values.ts';

const at = (path: string): Field => fieldAt(recipeFields, path.split('.'))!;
const prompt = fieldAt(recipeFields, ['task', 'prompt'], { task: { type: 'text-generation' } })!;

describe('control of a field', () => {
  it.each([
    ['training.lr_scheduler_type', { kind: 'select', words: ['linear', 'cosine', 'constant'] }],
    [
      'training.executor',
      { kind: 'select', words: ['auto', 'onnx-cpu', 'onnx-webgpu', 'onnx-cuda', 'tensorflow'] },
    ],
    ['training.logging_steps', { kind: 'integer', minimum: 1 }],
    ['training.weight_decay', { kind: 'text', numeric: true }],
    ['task.train', { kind: 'text', numeric: false, browse: 'file' }],
    ['task.validation', { kind: 'text', numeric: false, browse: 'file' }],
    ['task.text', { kind: 'text', numeric: false }],
    ['methods.ln_tuning.layers', { kind: 'text', numeric: false }],
    ['methods.ln_tuning.parameters', { kind: 'checks', words: ['gain', 'bias'] }],
    [
      'methods.ln_tuning.layer_norms',
      { kind: 'checks', words: ['embeddings', 'attention', 'ffn', 'final'], whole: 'all' },
    ],
  ])('%s', (path, control) => {
    expect(controlOf(at(path))).toEqual(control);
  });

  it('is of several lines for a text with columns', () => {
    expect(controlOf(prompt)).toEqual({ kind: 'lines' });
  });

  it('is a box for yes and no', () => {
    expect(controlOf({ type: 'boolean' })).toEqual({ kind: 'boolean' });
  });

  it('says default, range and what it takes', () => {
    expect(placeholderOf(at('training.logging_steps'))).toBe('default 10');
    expect(placeholderOf(at('training.learning_rate'))).toBe('');
    expect(hintOf(at('training.adam_beta1'))).toMatch(/Takes a number of at least 0 and below 1\.$/);
    expect(hintOf(at('training.logging_steps'))).toMatch(/Takes a number of at least 1\.$/);
    expect(hintOf(at('training.eval_strategy'))).toContain(
      'Without an entry: epoch with validation data, else no.',
    );
    expect(hintOf(at('methods.ln_tuning.layers'))).toContain('a range such as 0-5');
  });
});

describe('text and value', () => {
  it.each([
    ['methods.ln_tuning.layers', 'all', 'all'],
    ['methods.ln_tuning.layers', '0-5', '0-5'],
    ['methods.ln_tuning.layers', '0, 2,4', [0, 2, 4]],
    ['methods.ln_tuning.layers', '[0, 2]', [0, 2]],
    ['methods.ln_tuning.layers', '3', [3]],
    ['methods.ln_tuning.layers', '0, two', [0, 'two']],
    ['task.validation', '0.1', 0.1],
    ['task.validation', 'data/0.1.tsv', 'data/0.1.tsv'],
    ['task.train', '12', '12'],
    ['task.labels', 'ham, spam', ['ham', 'spam']],
    ['task.labels', '["a, b", "c"]', ['a, b', 'c']],
    ['task.labels', '[ham', ['ham']],
    ['training.learning_rate', '1e-3', 0.001],
    ['training.learning_rate', ' .5 ', 0.5],
    ['training.learning_rate', 'fast', 'fast'],
    ['seeds', '1, 2', [1, 2]],
    ['seeds', '7', [7]],
    ['training.learning_rate', '  ', undefined],
  ])('%s: %j', (path, text, value) => {
    expect(valueOf(at(path), text)).toEqual(value);
  });

  it.each([
    ['task.labels', ['ham', 'spam']],
    ['task.labels', ['a, b', 'c']],
    ['task.labels', ['', ' x']],
    ['methods.ln_tuning.layers', [0, 2]],
    ['training.adam_epsilon', 1e-8],
  ])('%s keeps %j', (path, value) => {
    expect(valueOf(at(path), textOf(value))).toEqual(value);
  });

  it.each(['{mr}\n\nSummary:\n', ' {mr} ', '\n', '3', '[a, {b}]'])('a text with columns stays %j', (text) => {
    expect(valueOf(prompt, textOf(text))).toBe(text);
  });

  it('a text with columns that is empty removes the entry', () => {
    expect(valueOf(prompt, '')).toBeUndefined();
  });

  it('shows nothing where there is no value, and mappings as they are', () => {
    expect(textOf(undefined)).toBe('');
    expect(textOf({ a: 1 })).toBe('{"a":1}');
  });
});
