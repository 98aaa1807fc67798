import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openRandomModel } from '../../src/checkpoints/randomModel.ts';
import type { HostTensor } from '../../src/core/tensor.ts';
import { suiteFolder } from '../support/temporaryFolder.ts';
import { tinyModels } from '../support/tinyModel.ts';
import { python } from './python.ts';

const folder = suiteFolder();

/** Wide enough for statistics, and with a depth and a range that are not the usual ones. */
const sizes = {
  ...{ hidden_size: 64, dim: 64, n_embd: 64, intermediate_size: 128, hidden_dim: 128, n_inner: 128 },
  ...{ num_hidden_layers: 3, n_layers: 3, n_layer: 3, initializer_range: 0.05 },
};

/** As Python describes a parameter. */
function described({ shape, data }: HostTensor): { std: number; zero_rows: number[]; value: number | null } {
  const [rows, width] = shape.length > 1 ? shape : [shape[0], 1];
  const zero = Array.from({ length: rows }, (_, i) => i).filter((i) =>
    data.subarray(i * width, (i + 1) * width).every((x) => x === 0),
  );
  const squares = (data as Float32Array).reduce((sum, x) => sum + x * x, 0);
  return {
    std: Math.sqrt(squares / (data.length - zero.length * width)),
    zero_rows: shape.length > 1 ? zero : [],
    value: new Set(data).size === 1 ? data[0] : null,
  };
}

it.each(tinyModels)('a new $architecture starts as in Transformers', async ({ architecture, config }) => {
  const dir = join(folder, architecture);
  await mkdir(dir);
  await writeFile(join(dir, 'config.json'), JSON.stringify({ ...config, ...sizes }));
  const theirs = await python.fresh(join(dir, 'config.json'));
  const model = await openRandomModel(dir, 1);
  const ours = await model.load(model.tensors.keys());
  for (const [name, tensor] of ours) {
    const [own, other] = [described(tensor), theirs[name]];
    expect({ name, value: own.value, zero_rows: own.zero_rows }).toEqual({
      name,
      value: other.value,
      zero_rows: other.zero_rows,
    });
    if (own.value !== null) continue;
    // Standard deviations of two draws of n numbers each: within five of that of their ratio's logarithm, 1 / sqrt(n).
    expect(Math.abs(Math.log(own.std / other.std)), name).toBeLessThan(5 / Math.sqrt(tensor.data.length));
  }
});
