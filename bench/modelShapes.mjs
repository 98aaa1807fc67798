/**
 * One LN-tuning step of models of several sizes with random weights, batch 16 x 128, dropout 0.1, float32: this trainer on onnx-cpu beside
 * HF PEFT on the processor, in alternating rounds, each in a process of its own.
 */
import { availableBytes, plannedBytes } from './plan.mjs';
import { inRounds, ours, summarise, theirs, warmUpSteps } from './sides.mjs';
import { gigabytes, printTable, times } from './table.mjs';

const size = { batch: 16, length: 128, dropout: 0.1 };
const usual = ['base', 'large', 'gpt2', 'gpt2-medium'];
const own = 'this trainer';
const other = 'HF PEFT';
/** What a side may need, by what `plan` says of this trainer: HF PEFT's peaks were 1.5 to 1.9 times the plan. */
const needs = { [own]: 1.15, [other]: 2.2 };

/** @returns for each shape the rounds of both sides and their comparison, or why it was left out */
export async function benchShapes(python, { quick, configs = usual }) {
  const steps = warmUpSteps + (quick ? 2 : 5);
  const shapes = {};
  for (const config of configs) {
    const options = { config, ...size, steps };
    const planned = plannedBytes(options);
    const sides = {
      [other]: () => theirs(python, options),
      [own]: () => ours({ ...options, executor: 'onnx-cpu' }),
    };
    const leftOut = {};
    for (const side of Object.keys(needs)) {
      const [need, most] = [planned * needs[side], availableBytes()];
      if (need <= most) continue;
      leftOut[side] = `it may need ${gigabytes(need)} of ${gigabytes(most)}`;
      console.log(`${config}, ${side}: left out, since ${leftOut[side]}`);
    }
    const fitting = Object.fromEntries(Object.entries(sides).filter(([side]) => !(side in leftOut)));
    const { rounds, faults } = await inRounds(quick ? 1 : 3, config, fitting);
    const summary = Object.fromEntries(
      Object.entries(rounds)
        .filter(([, results]) => results.length > 0)
        .map(([side, results]) => [side, summarise(results, rounds[other], size.batch * size.length)]),
    );
    shapes[config] = { planned, rounds, leftOut, faults, summary };
  }
  print(shapes);
  return { size, shapes };
}

function print(shapes) {
  printTable(`LN-tuning step, batch ${size.batch} x ${size.length}, dropout ${size.dropout}, float32`, [
    ['', 'step', 'HF PEFT', 'tokens/s', 'HF PEFT', 'ratio', 'peak memory', 'HF PEFT', 'ratio'],
    ...Object.entries(shapes).map(
      ([
        config,
        {
          summary: { [own]: mine, [other]: hf },
        },
      ]) => [
        config,
        ...[mine, hf].map((side) => (side === undefined ? '-' : `${side.stepMs.toFixed(0)} ms`)),
        ...[mine, hf].map((side) => (side === undefined ? '-' : side.tokensPerSecond.toFixed(0))),
        mine?.speedup === undefined ? '-' : times(mine.speedup),
        ...[mine, hf].map((side) => (side === undefined ? '-' : gigabytes(side.peakMemoryBytes))),
        mine === undefined || hf === undefined ? '-' : times(mine.peakMemoryBytes / hf.peakMemoryBytes),
      ],
    ),
  ]);
}
