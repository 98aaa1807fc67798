/**
 * One training step at a fixed shape, on random weights: what the engine does without data, files or process around it.
 * Usage: node dist/bench-step.js [--config base|large|minilm] [--batch N] [--length N] [--dropout P] [--steps N] [--gemm]
 *        [--methods JSON]   a recipe's `methods`; default {"ln_tuning": {}}
 * Prints one line of JSON: { stepMs: [...], peakMemoryBytes, loss }, or with --gemm { gemmGflops } of ONNX Runtime at these shapes.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { keyOf, normals } from '../src/core/random.ts';
import { floatTensor, intTensor, scalar, sizeOf, type HostTensors } from '../src/core/tensor.ts';
import { executors } from '../src/engine/registry.ts';
import { bert } from '../src/models/bert.ts';
import { methods } from '../src/peft/registry.ts';
import { assemble } from '../src/program/assembly.ts';
import { dropoutFeeds } from '../src/program/dropoutFeeds.ts';
import { optimizers } from '../src/program/optimizers.ts';
import { learningRateFeed, trainingPrograms, trainingState } from '../src/program/training.ts';
import { tasks } from '../src/tasks/registry.ts';
import { gemmGflops } from './gemm.ts';

const SHAPES = {
  minilm: { hidden_size: 384, num_hidden_layers: 6, num_attention_heads: 12, intermediate_size: 1536 },
  base: { hidden_size: 768, num_hidden_layers: 12, num_attention_heads: 12, intermediate_size: 3072 },
  large: { hidden_size: 1024, num_hidden_layers: 24, num_attention_heads: 16, intermediate_size: 4096 },
};

const { values } = parseArgs({
  options: {
    config: { type: 'string', default: 'base' },
    batch: { type: 'string', default: '16' },
    length: { type: 'string', default: '128' },
    dropout: { type: 'string', default: '0.1' },
    steps: { type: 'string', default: '5' },
    gemm: { type: 'boolean', default: false },
    methods: { type: 'string', default: '{"ln_tuning": {}}' },
  },
});
const sizes = SHAPES[values.config as keyof typeof SHAPES];
const [batch, length, rate, steps] = [values.batch, values.length, values.dropout, values.steps].map(Number);

if (values.gemm) {
  const [d, f] = [sizes.hidden_size, sizes.intermediate_size];
  console.log(
    JSON.stringify({
      gemmGflops: await gemmGflops(batch * length, [
        [d, d, 4],
        [d, f, 1],
        [f, d, 1],
      ]),
    }),
  );
  process.exit(0);
}

const shape = bert.readConfig({
  ...sizes,
  vocab_size: 30522,
  max_position_embeddings: 512,
  type_vocab_size: 2,
  hidden_dropout_prob: rate,
  attention_probs_dropout_prob: rate,
});
const task = tasks['text-classification'];
const assembly = assemble({
  info: { architecture: bert, shape, numLabels: 2, missing: [] },
  task,
  taskFields: { type: 'text-classification', pooling: 'model' } as never,
  methods: Object.entries(JSON.parse(values.methods) as Record<string, object>).map(([id, fields]) => ({
    method: methods[id],
    fields: methods[id].fields.parse(fields),
  })),
});
const settings = {
  optim: 'adamw',
  weight_decay: 0,
  adam_beta1: 0.9,
  adam_beta2: 0.999,
  adam_epsilon: 1e-8,
  max_grad_norm: 1,
  label_smoothing_factor: 0,
  gradient_accumulation_steps: 1,
} as const;

/** Scaled in place: a second copy of the weights would stand in the peak. */
const random = (name: string, tensorShape: readonly number[], std: number) => {
  const values = normals(keyOf(name), sizeOf(tensorShape));
  for (let i = 0; i < values.length; i++) values[i] *= std;
  return floatTensor(tensorShape, values);
};
const valueOf = ({ name, shape: s, role }: (typeof base)[number]) =>
  role === 'gain'
    ? floatTensor(s, new Float32Array(sizeOf(s)).fill(1))
    : random(name, s, role.endsWith('bias') ? 0 : 0.02);
const base = bert.tensors(shape);
const byName = new Map(base.map((tensor) => [tensor.name, tensor]));
const frozen: HostTensors = new Map(
  assembly.frozen.map(({ name }) => [name, valueOf(byName.get(name)!)] as const),
);
const zeros = (s: readonly number[]) => floatTensor(s, new Float32Array(sizeOf(s)));
const state: HostTensors = new Map([
  ...assembly.trained.map(({ name, shape: s }) => {
    const tensor = byName.get(name);
    return [name, tensor ? valueOf(tensor) : random(name, s, 0.02)] as const;
  }),
  ...trainingState(assembly, settings).map(({ name, shape: s }) => [name, zeros(s)] as const),
]);

const executor = await executors['onnx-cpu']();
const programs = trainingPrograms(assembly, settings);
if (!('step' in programs)) throw new Error('internal: one program expected');
const executable = await executor.compile(programs.step);
const stores = { frozen: executor.store(frozen), state: executor.store(state) };
const stepMs: number[] = [];
let loss = NaN;
for (let step = 0; step < steps; step++) {
  const started = performance.now();
  const results = await executable.run({
    ...stores,
    feeds: {
      input_ids: intTensor(
        [batch, length],
        Int32Array.from({ length: batch * length }, (_, i) => (i * 7919 + step) % 30522),
      ),
      attention_mask: floatTensor([batch, length], new Float32Array(batch * length).fill(1)),
      token_type_ids: intTensor([batch, length], new Int32Array(batch * length)),
      labels: intTensor(
        [batch],
        Int32Array.from({ length: batch }, (_, i) => i % 2),
      ),
      loss_denominator: scalar(batch),
      ...Object.fromEntries(assembly.trained.map(({ method }) => [learningRateFeed(method), scalar(1e-3)])),
      ...Object.fromEntries(
        Object.entries(optimizers.adamw.scalars(settings, step + 1)).map(([name, x]) => [name, scalar(x)]),
      ),
      ...dropoutFeeds(assembly.dropoutSites, { seed: 0, step, symbols: { B: batch, S: length } }),
    },
  });
  loss = results.loss.data[0];
  stepMs.push(performance.now() - started);
}
const peakMemoryBytes = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024;
console.log(JSON.stringify({ stepMs, peakMemoryBytes, loss }));
