import { IGNORED } from '../core/ignored.ts';
import { intTensor, floatTensor, type HostTensor } from '../core/tensor.ts';

/** One example in tokens; `typeIds` is as long as `inputIds`. */
export interface Encoded {
  readonly inputIds: Int32Array;
  readonly typeIds: Int32Array;
  /** One, as many as the task's `targetShape` says, or, where each token has one, as long as `inputIds`. */
  readonly targets: Int32Array;
}

/** The tensors of one batch of B examples, padded to the S tokens of its longest. */
export interface Batch {
  /** int32 (B, S), padded with the model's padding token. */
  readonly input_ids: HostTensor;
  /** float32 (B, S): 1 for tokens, 0 for padding. */
  readonly attention_mask: HostTensor;
  /** int32 (B, S), padded with 0. */
  readonly token_type_ids: HostTensor;
  /** int32 of the task's `targetShape`, padded with IGNORED. */
  readonly labels: HostTensor;
}

export interface CollateOptions {
  readonly padTokenId: number;
  /** The task's. */
  readonly targetShape: readonly ['B'] | readonly ['B', 'S' | number];
}

/** Puts at least one example into a batch, padded on the right. */
export function collate(examples: readonly Encoded[], { padTokenId, targetShape }: CollateOptions): Batch {
  const length = examples.reduce((longest, { inputIds }) => Math.max(longest, inputIds.length), 0);
  const shape = [examples.length, length];
  const inputIds = new Int32Array(examples.length * length).fill(padTokenId);
  const mask = new Float32Array(examples.length * length);
  const typeIds = new Int32Array(examples.length * length);
  const [, perExample = 1] = targetShape;
  const width = perExample === 'S' ? length : perExample;
  const labels = new Int32Array(examples.length * width).fill(IGNORED);
  examples.forEach((example, i) => {
    inputIds.set(example.inputIds, i * length);
    mask.fill(1, i * length, i * length + example.inputIds.length);
    typeIds.set(example.typeIds, i * length);
    labels.set(example.targets, i * width);
  });
  return {
    input_ids: intTensor(shape, inputIds),
    attention_mask: floatTensor(shape, mask),
    token_type_ids: intTensor(shape, typeIds),
    labels: intTensor(targetShape.length === 2 ? [examples.length, width] : [examples.length], labels),
  };
}
