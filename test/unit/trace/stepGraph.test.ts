import { describe, expect, it } from 'vitest';
import { evaluationProgram, trainingPrograms } from '../../../src/program/training.ts';
import type { Graph, Node } from '../../../src/trace/graph.ts';
import { trace } from '../../../src/trace/trace.ts';
import { plainSettings, tinyAssembly, tinyConfig } from '../../support/tinyModel.ts';

/** What the training step's graph must not hold, whatever computes it: the reasons why it is fast and small. */

const LAYERS = 12;
const config = { ...tinyConfig, num_hidden_layers: LAYERS };

function stepOf(use: Record<string, unknown>, dropout = 0): Graph {
  const rates = { hidden_dropout_prob: dropout, attention_probs_dropout_prob: dropout };
  const programs = trainingPrograms(tinyAssembly({ config: { ...config, ...rates }, use }), plainSettings);
  if (!('step' in programs)) throw new Error('one program expected');
  return trace(programs.step);
}

const products = ({ nodes }: Graph) => nodes.filter(({ op }) => op === 'BatchMatMul');
const forwardProducts = products(trace(evaluationProgram(tinyAssembly({ config })))).length;
const backwardProducts = (graph: Graph) => products(graph).length - forwardProducts;

const full = stepOf({ ln_tuning: {} });

describe('the LN-tuning step', () => {
  it('has no weight gradient of a frozen matrix', () => {
    const frozen = full.inputs
      .filter(({ role }) => role === 'frozen')
      .map(({ value }) => full.values[value].shape);
    const matrices = new Set(
      frozen.filter(({ length }) => length === 2).flatMap(([m, n]) => [`${m},${n}`, `${n},${m}`]),
    );
    const shapeOf = ({ outputs }: Node) => full.values[outputs[0]].shape.join();
    expect(matrices.size).toBeGreaterThan(3);
    expect(products(full).filter((node) => matrices.has(shapeOf(node)))).toEqual([]);
  });

  it('multiplies with every frozen matrix of the layers twice, with that of the pooler forward and back', () => {
    const uses = new Map<number, number>();
    for (const node of products(full))
      for (const value of node.inputs) uses.set(value, (uses.get(value) ?? 0) + 1);
    const counts = full.inputs
      .filter(({ name, role }) => role === 'frozen' && /dense\.weight$|(query|key|value)\.weight$/.test(name))
      .map(({ value }) => uses.get(value));
    expect(counts).toEqual(new Array(6 * LAYERS + 1).fill(2));
  });

  it('has no constant that grows with the batch', () => {
    const largest = Math.max(...full.constants.map(({ data }) => data.length));
    expect(largest).toBeLessThanOrEqual(4);
  });

  it('keeps each product with a frozen matrix one product, apart from its bias', () => {
    expect(new Set(products(full).map(({ inputs }) => inputs.length))).toEqual(new Set([2]));
  });
});

describe('the backward pass stops at the lowest trained tensor', () => {
  const inHead = 3; // the head's weight and input, and the pooler's input

  it('all norms: 6 products with frozen matrices and 4 of attention in each layer', () => {
    expect(backwardProducts(full)).toBe(LAYERS * (6 + 4) + inHead);
  });

  it('the upper half: half of the layers have none', () => {
    const upper = backwardProducts(stepOf({ ln_tuning: { layers: 'upper_half' } }));
    // The lowest trained norm follows its layer's attention: that layer needs only the two products of its FFN.
    expect(upper).toBe((LAYERS / 2 - 1) * (6 + 4) + 2 + inHead);
  });

  it('the head alone: none leaves the head', () => {
    expect(backwardProducts(stepOf({ head_only: {} }))).toBe(1);
  });
});

describe('dropout', () => {
  /** The loss compares, too: which targets count. */
  const inLoss = 1;
  const sites = (graph: Graph) => graph.nodes.filter(({ op }) => op === 'GreaterEqual').length - inLoss;

  it('has a mask at the embeddings, three in each layer and one in the head', () => {
    expect(sites(stepOf({ ln_tuning: {} }, 0.1))).toBe(1 + 3 * LAYERS + 1);
  });

  it('is gone where every rate is 0', () => {
    expect(sites(full)).toBe(0);
    expect(full.inputs.filter(({ name }) => name.startsWith('dropout/'))).toEqual([]);
  });

  it('feeds short vectors only: no input is as large as the activations', () => {
    const graph = stepOf({ ln_tuning: {} }, 0.1);
    const feeds = graph.inputs.filter(({ name }) => name.startsWith('dropout/'));
    expect(feeds).toHaveLength(2 * (3 * LAYERS + 2));
    for (const { value } of feeds) expect(graph.values[value].shape).toContain(1);
  });
});
