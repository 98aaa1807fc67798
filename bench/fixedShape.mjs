/**
 * A fixed shape: one LN-tuning step (forward, backward, clipping, AdamW) of BERT-base's sizes with random weights, batch
 * 16 x 128. Sides alternate in rounds, each round in processes of its own; the ratio is the median over the rounds.
 */
import { measured, ours, theirs, warmUpSteps } from './sides.mjs';
import { median } from './statistics.mjs';
import { gigabytes, printTable, times } from './table.mjs';

const shape = { batch: 16, length: 128 };
const base = { layers: 12, width: 768, inner: 3072 };

const own = 'this trainer, float32';
const other = 'HF PEFT, float32';
const sides = {
  [other]: (python, options) => theirs(python, options),
  [own]: (_, options) => ours(options),
  'HF PEFT, bfloat16': (python, options) => theirs(python, options, '--bf16'),
};

/** @returns for both dropout rates the steps of every round and side, and the comparison; the GEMM rates between them */
export async function benchFixedShape(python, quick) {
  const rounds = quick ? 1 : 3;
  const steps = warmUpSteps + (quick ? 3 : 7);
  const rows = {};
  for (const dropout of [0.1, 0]) {
    const options = { config: 'base', ...shape, dropout, steps };
    const results = [];
    for (let round = 1; round <= rounds; round++) {
      const result = await gemmRate();
      for (const [side, run] of Object.entries(sides)) {
        result[side] = await measured(`dropout ${dropout}, round ${round}, ${side}`, () =>
          run(python, options),
        );
      }
      results.push(result);
    }
    // Does memory creep? The same process, five times as long.
    const long = quick ? undefined : await ours({ ...options, steps: 50 });
    rows[dropout] = { rounds: results, summary: summarise(results, long) };
    print(dropout, rows[dropout].summary);
  }
  const cost = rows[0.1].summary.sides[own].stepMs / rows[0].summary.sides[own].stepMs - 1;
  console.log(`dropout costs this trainer ${(100 * cost).toFixed(1)} % of a step`);
  return { shape, rows };
}

const gemmRate = () => ours({ config: 'base', ...shape }, '--gemm');

function summarise(rounds, long) {
  const bySide = Object.fromEntries(
    Object.keys(sides).map((side) => [
      side,
      {
        stepMs: median(rounds.map((round) => round[side].medianMs)),
        speedup: median(rounds.map((round) => round[side].medianMs / round[own].medianMs)),
        peakMemoryBytes: Math.max(...rounds.map((round) => round[side].peakMemoryBytes)),
      },
    ]),
  );
  return {
    sides: bySide,
    memoryRatio: bySide[own].peakMemoryBytes / bySide[other].peakMemoryBytes,
    peakMemoryAfter50Steps: long?.peakMemoryBytes,
    gemmGflops: median(rounds.map((round) => round.gemmGflops)),
    gemmShare: median(rounds.map((round) => gemmFloorMs(round.gemmGflops) / round[own].medianMs)),
  };
}

/**
 * How long the step's matrix products alone take at the rate that ONNX Runtime reaches on the frozen ones. Every frozen
 * matrix is used forward and for the input's gradient; attention has 2 products forward and 4 backward, priced at the same
 * rate, which they do not reach.
 */
function gemmFloorMs(gflops) {
  const { layers, width, inner } = base;
  const tokens = shape.batch * shape.length;
  const linear = 2 * 2 * tokens * (4 * width * width + 2 * width * inner);
  const attention = 6 * 2 * tokens * shape.length * width;
  return (layers * (linear + attention)) / gflops / 1e6;
}

function print(dropout, { sides, memoryRatio, peakMemoryAfter50Steps, gemmGflops, gemmShare }) {
  printTable(`BERT-base sizes, batch ${shape.batch} x ${shape.length}, LN-tuning step, dropout ${dropout}`, [
    ['', 'step', 'this trainer', 'peak memory'],
    ...Object.entries(sides).map(([side, { stepMs, speedup, peakMemoryBytes }]) => [
      side,
      `${stepMs.toFixed(0)} ms`,
      times(speedup),
      gigabytes(peakMemoryBytes),
    ]),
  ]);
  console.log(
    `the step runs at ${(100 * gemmShare).toFixed(0)} % of the GEMM rate of this run, ${gemmGflops.toFixed(0)} GFLOP/s`,
  );
  console.log(`peak memory is ${times(memoryRatio)} HF PEFT's in float32`);
  if (peakMemoryAfter50Steps !== undefined)
    console.log(`after 50 steps it is ${gigabytes(peakMemoryAfter50Steps)}`);
}
