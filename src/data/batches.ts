import { keyOf, permutation } from '../core/random.ts';

export interface TrainBatchOptions {
  /** Tokens of each example. */
  readonly lengths: readonly number[];
  readonly batchSize: number;
  readonly seed: number;
  /** 0-based. */
  readonly epoch: number;
  readonly strategy: 'group_by_length' | 'random';
}

/**
 * One epoch's batches as indices into `lengths`: each index once, every batch full but the last, which may be short.
 *
 * `random`: a permutation from (seed, epoch), cut in order. `group_by_length`, in the spirit of Transformers'
 * `LengthGroupedSampler`: the permutation is cut into mega-batches of 50 batches, fewer where that would be more than
 * a quarter of the data (a rest below one batch joins the last); each is sorted by length, longest first, and cut
 * into batches, so that those of a batch are about equally long. Full batches then come in an order drawn from (seed, epoch), except
 * that the one with the longest example is first, so that running out of memory shows at once.
 */
export function trainBatches({ lengths, batchSize, seed, epoch, strategy }: TrainBatchOptions): Int32Array[] {
  const order = permutation(keyOf(seed, 'examples', epoch), lengths.length);
  if (strategy === 'random') return cut(order, batchSize);
  const full: Int32Array[] = [];
  const short: Int32Array[] = [];
  for (const megaBatch of megaBatches(order, batchSize)) {
    for (const batch of cut(byLength(megaBatch, lengths), batchSize))
      (batch.length === batchSize ? full : short).push(batch);
  }
  const shuffled = Array.from(permutation(keyOf(seed, 'batches', epoch), full.length), (i) => full[i]);
  return [...longestFirst(shuffled, lengths), ...short];
}

/** Batches for evaluation: longest first, of equal length in the order of the data. The caller puts results back by index. */
export function evalBatches(lengths: readonly number[], batchSize: number): Int32Array[] {
  const order = Int32Array.from(lengths, (_, i) => i);
  return cut(byLength(order, lengths), batchSize);
}

/** Only the last has a size that is no multiple of `batchSize`, and it holds a full batch where the data does. */
function megaBatches(order: Int32Array, batchSize: number): Int32Array[] {
  const batches = Math.min(50, Math.max(1, Math.floor(order.length / (4 * batchSize))));
  const parts: Int32Array[] = [];
  for (let start = 0; start < order.length;) {
    const end = start + batches * batchSize;
    const stop = order.length - end < batchSize ? order.length : end;
    parts.push(order.subarray(start, stop));
    start = stop;
  }
  return parts;
}

/** Longest first; stable. Each batch's first index is therefore its longest. */
function byLength(indices: Int32Array, lengths: readonly number[]): Int32Array {
  return indices.slice().sort((a, b) => lengths[b] - lengths[a]);
}

function longestFirst(batches: readonly Int32Array[], lengths: readonly number[]): Int32Array[] {
  const longestOf = (i: number) => lengths[batches[i][0]];
  const first = batches.reduce((best, _, i) => (longestOf(i) > longestOf(best) ? i : best), 0);
  return [...batches.slice(first, first + 1), ...batches.slice(0, first), ...batches.slice(first + 1)];
}

function cut(indices: Int32Array, size: number): Int32Array[] {
  return Array.from({ length: Math.ceil(indices.length / size) }, (_, i) =>
    indices.slice(i * size, (i + 1) * size),
  );
}
