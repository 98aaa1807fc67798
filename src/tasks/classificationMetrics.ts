/** Of n examples: how many of each class there are (`actual`), were predicted, and were both (`hits`). */
interface Counts {
  readonly examples: number;
  readonly actual: Float64Array;
  readonly predicted: Float64Array;
  readonly hits: Float64Array;
}

/** Accuracy, macro F1 and Matthews' correlation as scikit-learn computes them, from class ids in 0 .. classes-1. */
export function classificationMetrics(predictions: Int32Array, targets: Int32Array, classes: number) {
  const counts = count(predictions, targets, classes);
  return {
    accuracy: sum(counts.hits) / counts.examples,
    f1: macroF1(counts),
    matthews_correlation: matthews(counts),
  };
}

/** Id of the largest of each row's values, the lowest of equals; rows of `width` values. */
export function argMax(values: ArrayLike<number>, width: number): Int32Array {
  return Int32Array.from({ length: values.length / width }, (_, row) => {
    let best = 0;
    for (let i = 1; i < width; i++) if (values[row * width + i] > values[row * width + best]) best = i;
    return best;
  });
}

function count(predictions: Int32Array, targets: Int32Array, classes: number): Counts {
  const [actual, predicted, hits] = [
    new Float64Array(classes),
    new Float64Array(classes),
    new Float64Array(classes),
  ];
  targets.forEach((target, i) => {
    actual[target]++;
    predicted[predictions[i]]++;
    if (predictions[i] === target) hits[target]++;
  });
  return { examples: targets.length, actual, predicted, hits };
}

/** Mean over the classes that occur in truth or prediction of 2 hits / (actual + predicted). */
function macroF1({ actual, predicted, hits }: Counts): number {
  const scores = Array.from(hits, (hit, c) => (2 * hit) / (actual[c] + predicted[c])).filter(
    (score) => !Number.isNaN(score),
  );
  return sum(scores) / scores.length;
}

/** Gorodkin 2004, for any number of classes; 0 where all examples or all predictions are of one class. */
function matthews({ examples: n, actual, predicted, hits }: Counts): number {
  const covariance = sum(hits) * n - dot(actual, predicted);
  const spread = (n * n - dot(predicted, predicted)) * (n * n - dot(actual, actual));
  return spread === 0 ? 0 : covariance / Math.sqrt(spread);
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((total, x, i) => total + x * b[i], 0);
}
