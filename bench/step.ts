/**
 * One training step at a fixed shape, on random weights: what the engine does without data, files or process around it.
 * Usage: node dist/bench-step.js [--config NAME of shapes.json] [--batch N] [--length N] [--dropout P] [--steps N] [--gemm]
 *        [--products]       GFLOP/s of the executor's matrix products at these shapes, by how they are written
 *        [--executor ID]    default onnx-cpu
 *        [--dtype D]        a recipe's `model_dtype`; default float32
 *        [--beside ID]      runs the steps on this executor, in float32, too and compares what is left
 *        [--methods JSON]   a recipe's `methods`; default {"ln_tuning": {}}
 * Prints one line of JSON: { device and what else the executor says of itself, place: processor or graphics card, card: its index or UUID, dtypes: the executor's, stepMs: [...],
 * peakMemoryBytes, loss, trainedParameters }, with --gemm { gemmGflops } of ONNX Runtime at these shapes, with --beside { device..., losses, besideLosses, finite: of a step whose loss is infinite, worst: [{ name, difference }] }: largest differences of state tensors, relative to max(1, largest value).
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { HostTensors } from '../src/core/tensor.ts';
import { cardOf, computesOn } from '../src/engine/devices.ts';
import { modelDTypes, type ExecutorId } from '../src/engine/executor.ts';
import type { ModelDType } from '../src/trace/graph.ts';
import { findArchitecture } from '../src/models/registry.ts';
import { executors, openExecutor } from '../src/engine/registry.ts';
import { gemmGflops } from './gemm.ts';
import { productRates } from './products.ts';
import { randomModel, type StepShape } from './randomModel.ts';
import { configOf } from './shapes.mjs';

const { values } = parseArgs({
  options: {
    config: { type: 'string', default: 'base' },
    batch: { type: 'string', default: '16' },
    length: { type: 'string', default: '128' },
    dropout: { type: 'string', default: '0.1' },
    steps: { type: 'string', default: '5' },
    gemm: { type: 'boolean', default: false },
    products: { type: 'boolean', default: false },
    executor: { type: 'string', default: 'onnx-cpu' },
    beside: { type: 'string' },
    dtype: { type: 'string', default: 'float32' },
    methods: { type: 'string', default: '{"ln_tuning": {}}' },
  },
});
const [batch, length, dropout, steps] = [values.batch, values.length, values.dropout, values.steps].map(
  Number,
);
const dtype = values.dtype as ModelDType;
const shape: StepShape = {
  config: configOf(values.config, dropout),
  batch,
  length,
  methods: JSON.parse(values.methods) as Record<string, object>,
};

if (values.gemm) {
  const [d, f] = widths();
  print({
    gemmGflops: await gemmGflops(batch * length, [
      [d, d, 4],
      [d, f, 1],
      [f, d, 1],
    ]),
  });
} else if (values.products) {
  const [d, f] = widths();
  const executor = await executors[values.executor as ExecutorId]();
  const rates: Record<string, object> = {};
  for (const width of [d, f])
    rates[`${d} x ${width}`] = await productRates(executor, batch * length, [d, width]);
  print({ gflops: rates });
} else if (values.beside !== undefined) {
  const [one, other] = [await trained(values.executor, dtype), await trained(values.beside, 'float32')];
  print({
    ...one.about,
    losses: one.losses,
    besideLosses: other.losses,
    finite: one.finite,
    worst: differences(one.state, other.state).slice(0, 5),
  });
} else {
  const { about, stepMs, losses, trainedParameters } = await trained(values.executor, dtype);
  const peakMemoryBytes =
    Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024;
  print({ ...about, stepMs, peakMemoryBytes, loss: losses.at(-1), trainedParameters });
}

async function trained(id: string, modelDType: ModelDType) {
  const executor = await openExecutor(id as ExecutorId, { modelDType });
  const { run, state, trainedParameters, dispose } = await randomModel(executor, shape);
  const stepMs: number[] = [];
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const started = performance.now();
    losses.push((await run(step)).loss.data[0]);
    stepMs.push(performance.now() - started);
  }
  // A loss divided by zero: the step must say that it is not finite, and leave the state as it was.
  const finite =
    values.beside === undefined ? NaN : (await run(steps, { lossDenominator: 0 })).finite.data[0];
  // A copy of all states would be most of the peak where every parameter is trained.
  const left: HostTensors = values.beside === undefined ? new Map() : await state.read();
  const about = {
    ...(await executor.describe()),
    place: computesOn(executor.id, process.env),
    card: cardOf(executor.id, process.env),
    dtypes: modelDTypes[executor.id],
  };
  await dispose();
  return { about, stepMs, losses, finite, state: left, trainedParameters };
}

function differences(one: HostTensors, other: HostTensors) {
  return [...one]
    .map(([name, { data }]) => {
      const expected = other.get(name)!.data;
      let [difference, largest] = [0, 1];
      data.forEach((x, i) => {
        // NaN counts as infinitely far.
        difference = Math.max(difference, Number.isFinite(x) ? Math.abs(x - expected[i]) : Infinity);
        largest = Math.max(largest, Math.abs(expected[i]));
      });
      return { name, difference: difference / largest };
    })
    .sort((a, b) => b.difference - a.difference);
}

/** Of the model and, inside its layers, of the feed-forward network. */
function widths(): [number, number] {
  const { hiddenSize, intermediateSize } = findArchitecture(shape.config.model_type).readConfig(shape.config);
  return [hiddenSize, intermediateSize];
}

function print(line: object): void {
  console.log(JSON.stringify(line));
}
