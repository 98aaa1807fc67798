import { describe, expect, it } from 'vitest';
import { intTensor, floatTensor, type HostTensors } from '../../../src/core/tensor.ts';
import type { Sublayer } from '../../../src/models/architecture.ts';
import type { EncoderShape } from '../../../src/models/postNormEncoder.ts';
import { added, affine, attention, dataOf, plainBert, relu } from '../../support/plainBert.ts';
import type { PlainHooks, Row } from '../../support/plainBert.ts';
import { plainSettings, tinyAssembly, tinyConfig, tinyWeights } from '../../support/tinyModel.ts';
import { tinyRun } from '../../support/tinyRun.ts';

const example = { inputIds: [3, 17, 8, 41, 29], typeIds: [0, 0, 0, 1, 1] };

/** The product's logits of the example, and those of the plain computation with the same tensors. */
async function both(
  use: Record<string, unknown>,
  hooks: (tensors: HostTensors) => PlainHooks,
  change: HostTensors = new Map(),
) {
  const assembly = tinyAssembly({ config: { ...tinyConfig, hidden_act: 'relu' }, use });
  const { frozen, state } = tinyWeights(assembly);
  const weights = { frozen, state: new Map([...state, ...change]) };
  const run = await tinyRun({ assembly, settings: plainSettings, weights });
  const S = example.inputIds.length;
  const { logits } = await run.run('evaluate', {
    input_ids: intTensor([1, S], example.inputIds),
    attention_mask: floatTensor(
      [1, S],
      Array.from({ length: S }, () => 1),
    ),
    token_type_ids: intTensor([1, S], example.typeIds),
    labels: intTensor([1], [0]),
  });
  const tensors = new Map([...weights.frozen, ...weights.state]);
  const shape = assembly.info.shape as EncoderShape;
  return {
    found: logits.data,
    expected: plainBert(shape, tensors, example, hooks(tensors)),
    base: plainBert(shape, tensors, example),
  };
}

function expectAlike({ found, expected, base }: Awaited<ReturnType<typeof both>>): void {
  expected.forEach((value, i) => expect(found[i], `logit ${i}`).toBeCloseTo(value, 4));
  const distance = Math.max(...expected.map((value, i) => Math.abs(value - base[i])));
  expect(distance, 'what the method changes').toBeGreaterThan(1e-3);
}

const d = 8;
const size = 4;
const prefixed = { num_virtual_tokens: 3, dropout: 0 };

/** Rows (l, size) of one head's keys or values in a flat prefix. */
function prefixRows(flat: Float32Array, width: number, index: number, head: number): Row[] {
  return [0, 1, 2].map((token) => {
    const start = token * width + index * d + head * size;
    return [...flat.slice(start, start + size)];
  });
}

describe('prefix-tuning', () => {
  it.each([0, 3])('puts its keys and values in front, positions shifted by %i', async (shift) => {
    const use = { prefix_tuning: { ...prefixed, shift_positions: shift > 0 } };
    const outcome = await both(use, (tensors) => {
      const flat = dataOf(tensors, 'prefix.prompt_embeddings');
      return {
        shift,
        attend: ({ layer, head }, query, keys, values) =>
          attention(
            query,
            [...prefixRows(flat, 4 * d, 2 * layer, head), ...keys],
            [...prefixRows(flat, 4 * d, 2 * layer + 1, head), ...values],
          ),
      };
    });
    expectAlike(outcome);
  });

  it('of zeros scales what attention gives by the mass that is left, 1 - g', async () => {
    const zeros = floatTensor([3, 4 * d], new Float32Array(3 * 4 * d));
    const outcome = await both(
      { prefix_tuning: { ...prefixed, shift_positions: false } },
      () => ({
        attend: (_, query, keys, values) => {
          const score = (key: Row) =>
            key.reduce((sum, value, i) => sum + value * query[i], 0) / Math.sqrt(size);
          const mass = keys.reduce((sum, key) => sum + Math.exp(score(key)), 0);
          const g = 3 / (3 + mass);
          return attention(query, keys, values).map((value) => (1 - g) * value);
        },
      }),
      new Map([['prefix.prompt_embeddings', zeros]]),
    );
    expectAlike(outcome);
  });

  it('acts on the chosen layers alone', async () => {
    const outcome = await both({ prefix_tuning: { ...prefixed, layers: [1] } }, (tensors) => {
      const flat = dataOf(tensors, 'prefix.prompt_embeddings');
      return {
        shift: 3,
        attend: ({ layer, head }, query, keys, values) =>
          layer === 0
            ? attention(query, keys, values)
            : attention(
                query,
                [...prefixRows(flat, 2 * d, 0, head), ...keys],
                [...prefixRows(flat, 2 * d, 1, head), ...values],
              ),
      };
    });
    expectAlike(outcome);
  });

  it('with projection is the prefix that the network makes', async () => {
    const use = { prefix_tuning: { ...prefixed, prefix_projection: true, encoder_hidden_size: 5 } };
    const outcome = await both(use, (tensors) => {
      const embedding = dataOf(tensors, 'prefix.embedding.weight');
      const flat = [0, 1, 2].flatMap((token) => {
        const inner = affine(tensors, 'prefix.transform.0', [...embedding.slice(token * d, (token + 1) * d)]);
        return affine(tensors, 'prefix.transform.2', inner.map(Math.tanh));
      });
      return {
        shift: 3,
        attend: ({ layer, head }, query, keys, values) =>
          attention(
            query,
            [...prefixRows(Float32Array.from(flat), 4 * d, 2 * layer, head), ...keys],
            [...prefixRows(Float32Array.from(flat), 4 * d, 2 * layer + 1, head), ...values],
          ),
      };
    });
    expectAlike(outcome);
  });
});

const outputs = { attention: 'attention.output', ffn: 'output' };
const silu = (x: number) => x / (1 + Math.exp(-x));

/** W_up act(W_down x + b_down) + b_up */
function plainAdapter(
  tensors: HostTensors,
  { layer, at }: Sublayer,
  form: string,
  x: Row,
  act: (x: number) => number = relu,
): number[] {
  const path = `encoder.layer.${layer}.${outputs[at]}.adapter.${form}`;
  return affine(tensors, `${path}.up`, affine(tensors, `${path}.down`, x).map(act));
}

describe('adapters', () => {
  it('after both sub-layers (Houlsby) read their output', async () => {
    const use = { adapter: { at: ['attention', 'ffn'], bottleneck: 3, non_linearity: 'silu' } };
    expectAlike(
      await both(use, (tensors) => ({
        sublayer: (place, _, output) =>
          added(output, plainAdapter(tensors, place, 'sequential', output, silu)),
      })),
    );
  });

  it('behind the addition and the norm (Pfeiffer) have the norm follow once more', async () => {
    const use = { adapter: { style: 'pfeiffer', bottleneck: 3, scaling: 0.5, layers: [0] } };
    expectAlike(
      await both(use, (tensors) => ({
        sublayer: (place, _, output, addNorm) =>
          place.at === 'attention' || place.layer === 1
            ? output
            : added(
                output,
                plainAdapter(tensors, place, 'sequential', addNorm(output)).map((x) => 0.5 * x),
              ),
      })),
    );
  });

  it('beside a sub-layer read its input, scaled', async () => {
    const use = { adapter: { form: 'parallel', bottleneck: 3, scaling: 4 } };
    expectAlike(
      await both(use, (tensors) => ({
        sublayer: (place, input, output) =>
          place.at === 'attention'
            ? output
            : added(
                output,
                plainAdapter(tensors, place, 'parallel', input).map((x) => 4 * x),
              ),
      })),
    );
  });

  it('several of them act one after the other, each with the scale that it learns', async () => {
    const first = { at: ['attention'], bottleneck: 2, scaling: 'learned' };
    const second = { at: ['attention'], form: 'parallel', bottleneck: 3, non_linearity: 'tanh' };
    expectAlike(
      await both({ adapter: [first, second] }, (tensors) => ({
        sublayer: (place, input, output) => {
          if (place.at === 'ffn') return output;
          const [scale] = dataOf(
            tensors,
            `encoder.layer.${place.layer}.attention.output.adapter.sequential.scaling`,
          );
          const once = added(
            output,
            plainAdapter(tensors, place, 'sequential', output).map((x) => scale * x),
          );
          return added(once, plainAdapter(tensors, place, 'parallel', input, Math.tanh));
        },
      })),
    );
  });
});
