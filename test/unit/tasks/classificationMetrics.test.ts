import { describe, expect, it } from 'vitest';
import { int32At } from '../../../src/core/random.ts';
import { argMax, classificationMetrics } from '../../../src/tasks/classificationMetrics.ts';

const metricsOf = (targets: readonly number[], predictions: readonly number[], classes: number) =>
  classificationMetrics(Int32Array.from(predictions), Int32Array.from(targets), classes);

describe('values that scikit-learn documents', () => {
  it('f1_score, average macro', () => {
    const { f1, accuracy } = metricsOf([0, 1, 2, 0, 1, 2], [0, 2, 1, 0, 0, 1], 3);
    expect(f1).toBeCloseTo(0.8 / 3, 12);
    expect(accuracy).toBeCloseTo(1 / 3, 12);
  });
  it('matthews_corrcoef', () => {
    expect(metricsOf([1, 1, 1, 0], [1, 0, 1, 1], 2).matthews_correlation).toBeCloseTo(-1 / 3, 12);
  });
});

it('counts only classes that occur, and calls an undefined correlation 0', () => {
  expect(metricsOf([0, 0, 1], [0, 0, 1], 5)).toEqual({ accuracy: 1, f1: 1, matthews_correlation: 1 });
  // Class 0: 2*2/(3+2); class 1 never predicted right, but predicted.
  expect(metricsOf([0, 0, 0], [0, 0, 1], 2)).toEqual({ accuracy: 2 / 3, f1: 0.4, matthews_correlation: 0 });
  expect(metricsOf([0, 1, 0], [0, 0, 0], 2).matthews_correlation).toBe(0);
});

it('agrees with the definitions on random data of four classes', () => {
  const draw = (key: number) => Array.from({ length: 300 }, (_, i) => (int32At(key, i) >>> 8) % 4);
  const targets = draw(1);
  const predictions = draw(2).map((p, i) => (i % 3 === 0 ? p : targets[i]));
  const { f1, matthews_correlation } = metricsOf(targets, predictions, 4);

  const classes = [0, 1, 2, 3];
  const share = (test: (i: number) => boolean) => targets.filter((_, i) => test(i)).length / targets.length;
  const perClass = classes.map((c) => {
    const both = share((i) => targets[i] === c && predictions[i] === c);
    const precision = both / share((i) => predictions[i] === c);
    const recall = both / share((i) => targets[i] === c);
    return (2 * precision * recall) / (precision + recall);
  });
  expect(f1).toBeCloseTo(perClass.reduce((sum, x) => sum + x) / 4, 12);

  // Covariance of one-hot vectors, summed over the classes.
  const covariance = (a: readonly number[], b: readonly number[]) =>
    classes
      .map(
        (c) => share((i) => a[i] === c && b[i] === c) - share((i) => a[i] === c) * share((i) => b[i] === c),
      )
      .reduce((sum, x) => sum + x);
  const correlation =
    covariance(targets, predictions) /
    Math.sqrt(covariance(targets, targets) * covariance(predictions, predictions));
  expect(matthews_correlation).toBeCloseTo(correlation, 12);
});

it('takes the first of equal logits', () => {
  expect([...argMax(Float32Array.of(1, 3, 3, -1, -2, -3), 3)]).toEqual([1, 0]);
});
