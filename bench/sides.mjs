import { lastJson } from './lastJson.mjs';
import { median } from './statistics.mjs';

/** The first steps allocate and choose kernels: not counted, on either side. */
export const warmUpSteps = 2;

/** A driver may hang. */
const limitMs = 20 * 60_000;

/** Steps of this trainer in a process of its own. `shape` and what else bench/step.ts takes are its options, by their names. */
export const ours = (options, ...flags) =>
  lastJson(process.execPath, ['dist/bench-step.js', ...flagsOf(options), ...flags], { limitMs });

/** The same of HF PEFT, with the options of bench/hfStep.py. */
export const theirs = (python, options, ...flags) =>
  lastJson(python, ['bench/hfStep.py', ...flagsOf(options), ...flags], { limitMs });

/** Runs one side once. @returns what it printed, and the median of the steps that count */
export async function measured(label, run) {
  const result = await run();
  const medianMs = median(result.stepMs.slice(warmUpSteps));
  console.log(`${label}: ${medianMs < 10 ? medianMs.toFixed(1) : medianMs.toFixed(0)} ms`);
  return { ...result, medianMs };
}

/**
 * Runs all sides in turn, `count` times. One that fails is not run again; why is said, and the exit status is 1.
 * @returns by side the results of its rounds; by side that failed the reason
 * @throws where two sides did not train as many parameters: they would not be compared at the same work
 */
export async function inRounds(count, label, sides) {
  const rounds = Object.fromEntries(Object.keys(sides).map((side) => [side, []]));
  const faults = {};
  for (let round = 1; round <= count; round++) {
    for (const [side, run] of Object.entries(sides)) {
      if (side in faults) continue;
      try {
        rounds[side].push(await measured(`${label}, round ${round}, ${side}`, run));
      } catch (error) {
        faults[side] = error.message;
        console.log(`${label}, ${side} failed: ${error.message}`);
        process.exitCode = 1;
      }
    }
    checkTrained(label, rounds);
  }
  return { rounds, faults };
}

/**
 * One side over its rounds. `speedup` is how much faster than `reference` it is: the median over the rounds, whose runs stand next to
 * each other in time; undefined where the reference did not run.
 */
export function summarise(side, reference, tokensPerStep) {
  const stepMs = median(side.map(({ medianMs }) => medianMs));
  const pairs = side.slice(0, reference?.length ?? 0);
  return {
    stepMs,
    tokensPerSecond: (1000 * tokensPerStep) / stepMs,
    speedup:
      pairs.length === 0
        ? undefined
        : median(pairs.map(({ medianMs }, round) => reference[round].medianMs / medianMs)),
    peakMemoryBytes: largest(side.map(({ peakMemoryBytes }) => peakMemoryBytes)),
    cardMemoryBytes: largest(side.map(({ cardMemoryBytes }) => cardMemoryBytes)),
  };
}

function checkTrained(label, rounds) {
  const counts = Object.entries(rounds).flatMap(([side, [first]]) =>
    first === undefined ? [] : [[side, first.trainedParameters]],
  );
  if (new Set(counts.map(([, count]) => count)).size > 1)
    throw new Error(
      `${label}: expected as many trained parameters on all sides, found ${counts.map(([side, count]) => `${count} (${side})`).join(', ')}`,
    );
}

function largest(values) {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

function flagsOf(options) {
  return Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
}
