import * as tf from '@tensorflow/tfjs-core';
import { internal } from '../core/errors.ts';
import type { KeyValues } from '../ops/attention.ts';
import { parametersFrom, type Assembly } from './assembly.ts';
import type { NamedTensors, Program, ProgramInput } from './program.ts';
import { frozenInputs, trainedInputs } from './training.ts';

/**
 * Programs that continue texts: `begin` reads B prompts of S tokens, padded in front; `extend` reads S tokens behind P that were read. Both
 * give logits (B, V) of the token behind the last one, and each layer's keys and values of all tokens read, (B, heads, P + S, size).
 */
export interface GenerationPrograms {
  readonly begin: Program;
  readonly extend: Program;
}

/** Results and feeds with a layer's keys and values. */
export function cacheNames(layer: number): { readonly keys: string; readonly values: string } {
  return { keys: `cache/${layer}/keys`, values: `cache/${layer}/values` };
}

/** @throws internal error for a model that does not predict the next token. */
export function generationPrograms(assembly: Assembly): GenerationPrograms {
  const { shape } = assembly.info;
  const common = [...frozenInputs(assembly), ...trainedInputs(assembly)];
  const pieces: readonly ProgramInput[] = [
    { name: 'input_ids', role: 'feed', dtype: 'int32', shape: ['B', 'S'] },
    { name: 'attention_mask', role: 'feed', dtype: 'float32', shape: ['B', 'S'] },
    { name: 'position_ids', role: 'feed', dtype: 'int32', shape: ['B', 'S'] },
  ];
  const layers = Array.from({ length: shape.layers }, (_, layer) => cacheNames(layer));
  const names = layers.flatMap(({ keys, values }) => [keys, values]);
  const size = shape.hiddenSize / shape.heads;
  const past: readonly ProgramInput[] = [
    { name: 'past_mask', role: 'feed', dtype: 'float32', shape: ['B', 'P'] },
    ...names.map((name): ProgramInput => ({
      name,
      role: 'feed',
      dtype: 'float32',
      shape: ['B', shape.heads, 'P', size],
    })),
  ];
  const results = ['logits', ...names];
  return {
    begin: {
      name: 'begin',
      inputs: [...common, ...pieces],
      results,
      limits: { S: assembly.maxLength },
      run: (inputs) => forward(assembly, inputs, inputs.attention_mask),
    },
    extend: {
      name: 'extend',
      inputs: [...common, ...pieces, ...past],
      results,
      limits: { S: assembly.maxLength, P: assembly.maxLength },
      run: (inputs) =>
        forward(
          assembly,
          inputs,
          tf.concat([inputs.past_mask, inputs.attention_mask], 1), // (B, P + S)
          layers.map(({ keys, values }) => ({ keys: inputs[keys], values: inputs[values] })),
        ),
    },
  };
}

/** How far a batch goes that is written: at most. */
export interface GenerationSizes {
  /** Texts at a time: rows of `begin`. */
  readonly texts: number;
  /** Versions of them: rows of `extend`. */
  readonly versions: number;
  /** Tokens of a prompt; one with more loses its beginning. */
  readonly promptLength: number;
  /** Tokens of prompt and text that are read: all but the one written last. */
  readonly tokensRead: number;
}

/** `batchSize`: texts at a time where each has one version. `maxLength`: prompt and text together, in tokens. */
export function generationSizes(
  { max_new_tokens, num_beams }: { readonly max_new_tokens: number; readonly num_beams: number },
  { batchSize, maxLength }: { readonly batchSize: number; readonly maxLength: number },
): GenerationSizes {
  const texts = Math.max(1, Math.floor(batchSize / num_beams));
  return {
    texts,
    versions: texts * num_beams,
    promptLength: Math.max(1, maxLength - max_new_tokens),
    tokensRead: maxLength - 1,
  };
}

function forward(
  { info: { architecture, shape }, hooks }: Assembly,
  inputs: NamedTensors,
  attentionMask: tf.Tensor,
  past?: readonly KeyValues[],
): Record<string, tf.Tensor> {
  const parameters = parametersFrom(inputs);
  const context = { parameters, hooks: hooks(parameters, (_, x) => x), dropout: still };
  const { lastHiddenState, keyValues } = architecture.forward(shape, context, {
    inputIds: inputs.input_ids,
    attentionMask,
    tokenTypeIds: tf.zerosLike(inputs.input_ids),
    continued: { positions: inputs.position_ids, past },
  });
  if (architecture.nextToken === undefined || keyValues === undefined)
    internal(`${architecture.id} does not predict the next token`);
  const [B, S, d] = lastHiddenState.shape as [number, number, number];
  const last = tf.reshape(tf.slice(lastHiddenState, [0, S - 1, 0], [B, 1, d]), [B, d]);
  return {
    logits: architecture.nextToken.logits(context, last),
    ...Object.fromEntries(
      keyValues.flatMap(({ keys, values }, layer) => {
        const names = cacheNames(layer);
        return [
          [names.keys, keys],
          [names.values, values],
        ];
      }),
    ),
  };
}

function still(_: string, x: tf.Tensor): tf.Tensor {
  return x;
}
