import { internal } from '../../src/core/errors.ts';
import type { HostTensors } from '../../src/core/tensor.ts';
import type { Sublayer } from '../../src/models/architecture.ts';
import type { EncoderShape } from '../../src/models/postNormEncoder.ts';

export type Row = readonly number[];

/** What may be changed in the forward pass, one token or one head at a time. */
export interface PlainHooks {
  /** By how much positions are shifted. */
  readonly shift?: number;
  /** What a query gets from the keys and values of one head. */
  attend?(
    place: { layer: number; head: number },
    query: Row,
    keys: readonly Row[],
    values: readonly Row[],
  ): Row;
  /** What a sub-layer adds: of its input, its output, and the residual addition with the norm. */
  sublayer?(place: Sublayer, input: Row, output: Row, addNorm: (output: Row) => Row): Row;
}

/** BERT with its pooler and classifier on one example without padding, written out in loops and double precision: logits. */
export function plainBert(
  shape: EncoderShape,
  tensors: HostTensors,
  { inputIds, typeIds }: { inputIds: readonly number[]; typeIds: readonly number[] },
  {
    shift = 0,
    attend = (_, query, keys, values) => attention(query, keys, values),
    sublayer,
  }: PlainHooks = {},
): Row {
  const { hiddenSize: d, heads } = shape;
  const row = (name: string, index: number) => [...dataOf(tensors, name).slice(index * d, (index + 1) * d)];
  const dense = (name: string, x: Row) => affine(tensors, name, x);
  const norm = (name: string, x: Row) => {
    const mean = x.reduce((sum, value) => sum + value, 0) / d;
    const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / d;
    const [gain, bias] = ['weight', 'bias'].map((part) => dataOf(tensors, `${name}.${part}`));
    return x.map(
      (value, i) => ((value - mean) / Math.sqrt(variance + shape.layerNormEps)) * gain[i] + bias[i],
    );
  };
  const behind = (place: Sublayer, name: string, input: Row, output: Row) => {
    const addNorm = (y: Row) => norm(name, added(y, input));
    return addNorm(sublayer?.(place, input, output, addNorm) ?? output);
  };

  let x: Row[] = inputIds.map((id, position) => {
    const word = row('embeddings.word_embeddings.weight', id);
    const place = row('embeddings.position_embeddings.weight', position + shift);
    const type = row('embeddings.token_type_embeddings.weight', typeIds[position]);
    return norm('embeddings.LayerNorm', added(added(word, place), type));
  });
  for (let layer = 0; layer < shape.layers; layer++) {
    const at = `encoder.layer.${layer}`;
    const [query, key, value] = ['query', 'key', 'value'].map((name) =>
      x.map((token) => dense(`${at}.attention.self.${name}`, token)),
    );
    const size = d / heads;
    const part = (token: Row, head: number) => token.slice(head * size, (head + 1) * size);
    const mixed = query.map((token) =>
      Array.from({ length: heads }, (_, head) =>
        attend(
          { layer, head },
          part(token, head),
          key.map((each) => part(each, head)),
          value.map((each) => part(each, head)),
        ),
      ).flat(),
    );
    const attended = mixed.map((token) => dense(`${at}.attention.output.dense`, token));
    x = x.map((token, i) =>
      behind({ layer, at: 'attention' }, `${at}.attention.output.LayerNorm`, token, attended[i]),
    );
    x = x.map((token) => {
      const inner = dense(`${at}.intermediate.dense`, token).map(relu);
      return behind(
        { layer, at: 'ffn' },
        `${at}.output.LayerNorm`,
        token,
        dense(`${at}.output.dense`, inner),
      );
    });
  }
  return dense('classifier', dense('pooler.dense', x[0]).map(Math.tanh));
}

/** softmax(q kᵀ / √size) v */
export function attention(query: Row, keys: readonly Row[], values: readonly Row[]): Row {
  const weights = keys.map((key) => Math.exp(dot(query, key) / Math.sqrt(query.length)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return query.map((_, i) => values.reduce((sum, value, k) => sum + (weights[k] / total) * value[i], 0));
}

/** W x + b of the module `name`. */
export function affine(tensors: HostTensors, name: string, x: Row): number[] {
  const weight = dataOf(tensors, `${name}.weight`);
  return [...dataOf(tensors, `${name}.bias`)].map(
    (bias, out) => bias + dot(x, [...weight.slice(out * x.length, (out + 1) * x.length)]),
  );
}

export function added(a: Row, b: Row): number[] {
  return a.map((value, i) => value + b[i]);
}

export const relu = (x: number) => Math.max(0, x);

export function dataOf(tensors: HostTensors, name: string): Float32Array {
  return (tensors.get(name)?.data ?? internal(`no tensor ${name}`)) as Float32Array;
}

function dot(a: Row, b: Row): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}
