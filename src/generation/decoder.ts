import { floatTensor, intTensor, sizeOf, type HostTensor, type HostTensors } from '../core/tensor.ts';
import type { Executor, TensorStore } from '../engine/executor.ts';
import type { Assembly } from '../program/assembly.ts';
import { generationPrograms } from '../program/generation.ts';

/** B texts as far as they were read. */
export interface Reading {
  /** float32 (B, V): of each text's next token. */
  readonly logits: HostTensor;
  /** Keys and values by name, (B, heads, P, size) each. */
  readonly cache: HostTensors;
  /** float32 (B, P): 0 for the padding in front. */
  readonly mask: HostTensor;
}

/** A model that reads texts a piece at a time and remembers what it read. */
export interface Decoder {
  /** Reads prompts of one token at least. */
  begin(prompts: readonly (readonly number[])[]): Promise<Reading>;
  /** Reads one token more behind each of the chosen texts; one may be chosen several times. */
  extend(reading: Reading, rows: readonly number[], tokens: readonly number[]): Promise<Reading>;
  dispose(): Promise<void>;
}

/** @throws internal error for a model that does not predict the next token. */
export async function openDecoder({ executor, assembly, frozen, state }: DecoderParts): Promise<Decoder> {
  const programs = generationPrograms(assembly);
  const begin = await executor.compile(programs.begin);
  const extend = await executor.compile(programs.extend);
  const reading = ({ logits, ...cache }: Record<string, HostTensor>, mask: HostTensor): Reading => ({
    logits,
    cache: new Map(Object.entries(cache)),
    mask,
  });
  return {
    begin: async (prompts) => {
      const { inputIds, mask, positions } = paddedInFront(prompts, assembly.info.shape.padTokenId);
      const feeds = { input_ids: inputIds, attention_mask: mask, position_ids: positions };
      return reading(await begin.run({ frozen, state, feeds }), mask);
    },
    extend: async (earlier, rows, tokens) => {
      const past = chosen(earlier.mask, rows);
      const own = [rows.length, 1];
      const feeds = {
        ...Object.fromEntries([...earlier.cache].map(([name, tensor]) => [name, chosen(tensor, rows)])),
        past_mask: past,
        input_ids: intTensor(own, Int32Array.from(tokens)),
        attention_mask: floatTensor(own, new Float32Array(rows.length).fill(1)),
        position_ids: intTensor(own, tokensRead(past)),
      };
      return reading(await extend.run({ frozen, state, feeds }), withOne(past));
    },
    dispose: async () => {
      await begin.dispose();
      await extend.dispose();
    },
  };
}

export interface DecoderParts {
  readonly executor: Executor;
  readonly assembly: Assembly;
  readonly frozen: TensorStore;
  /** Holds the trained tensors. */
  readonly state: TensorStore;
}

/** Prompts that end in one column: what stands behind them is next to them. */
function paddedInFront(prompts: readonly (readonly number[])[], padTokenId: number) {
  const S = Math.max(...prompts.map(({ length }) => length));
  const shape = [prompts.length, S];
  const inputIds = new Int32Array(sizeOf(shape)).fill(padTokenId);
  const mask = new Float32Array(sizeOf(shape));
  const positions = new Int32Array(sizeOf(shape));
  prompts.forEach((prompt, row) => {
    const start = (row + 1) * S - prompt.length;
    inputIds.set(prompt, start);
    prompt.forEach((_, i) => {
      mask[start + i] = 1;
      positions[start + i] = i;
    });
  });
  return {
    inputIds: intTensor(shape, inputIds),
    mask: floatTensor(shape, mask),
    positions: intTensor(shape, positions),
  };
}

/** Rows of the first axis. */
function chosen(tensor: HostTensor, rows: readonly number[]): HostTensor {
  const [count, ...rest] = tensor.shape;
  if (rows.length === count && rows.every((row, i) => row === i)) return tensor;
  const size = sizeOf(rest);
  const data = new Float32Array(rows.length * size);
  rows.forEach((row, i) => data.set(tensor.data.subarray(row * size, (row + 1) * size), i * size));
  return floatTensor([rows.length, ...rest], data);
}

/** Of each row of a mask, the ones. */
function tokensRead({ shape: [rows, width], data }: HostTensor): Int32Array {
  const counts = new Int32Array(rows);
  for (let i = 0; i < data.length; i++) counts[Math.floor(i / width)] += data[i];
  return counts;
}

/** A mask with a column of ones behind it. */
function withOne({ shape: [rows, width], data }: HostTensor): HostTensor {
  const wider = new Float32Array(rows * (width + 1)).fill(1);
  for (let row = 0; row < rows; row++)
    wider.set(data.subarray(row * width, (row + 1) * width), row * (width + 1));
  return floatTensor([rows, width + 1], wider);
}
