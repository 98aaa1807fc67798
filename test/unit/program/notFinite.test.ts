import { describe, expect, it } from 'vitest';
import { floatTensor, scalar } from '../../../src/core/tensor.ts';
import { executorsHere } from '../../support/executorsHere.ts';
import { plainSettings, tinyAssembly, tinyFeeds } from '../../support/tinyModel.ts';
import { tinyRun, type Feeds } from '../../support/tinyRun.ts';

const assembly = tinyAssembly();
const size = { B: 3, S: 5 };
const feeds = tinyFeeds(assembly, plainSettings, size);
const withNaN = floatTensor(
  [3, 5],
  feeds.attention_mask.data.map((x, i) => (i === 7 ? NaN : x)) as Float32Array,
);

const broken: [string, Feeds][] = [
  ['a NaN among the inputs', { ...feeds, attention_mask: withNaN }],
  ['an infinite loss', { ...feeds, loss_denominator: scalar(0) }],
];

describe.each(executorsHere)('on %s', (executorId) => {
  // WGSL lets a device compute as if there were no NaN (section on floating point evaluation), and SwiftShader loses this one.
  const cases =
    executorId === 'onnx-webgpu' ? broken.filter(([name]) => name === 'an infinite loss') : broken;

  it.each(cases)('%s is reported and changes neither parameters nor optimizer state', async (_, given) => {
    const { state, run } = await tinyRun({ executorId, assembly });
    expect((await run('step', feeds)).finite.data[0]).toBe(1); // so that the optimizer's state is not zero
    const before = await state.read();
    expect((await run('step', given)).finite.data[0]).toBe(0);
    expect(await state.read()).toEqual(before);
    expect((await run('step', feeds)).finite.data[0]).toBe(1);
  });

  it.each(cases)(
    '%s in one of two accumulated batches: the same, and the sums start anew',
    async (_, given) => {
      const settings = { ...plainSettings, gradient_accumulation_steps: 2 };
      const { state, run } = await tinyRun({ executorId, assembly, settings });
      const before = await state.read();
      await run('accumulate', feeds);
      await run('accumulate', given);
      expect((await run('apply', feeds)).finite.data[0]).toBe(0);
      expect(await state.read()).toEqual(before);
    },
  );
});
