/**
 * One LN-tuning step on every executor that works here, beside HF PEFT on the same device: time, tokens per second, and peak memory of the
 * process and, where `nvidia-smi` tells, of the card. Sizes of BERT-base and BERT-large, and something small on an adapter of software.
 * First a few steps of a tiny model must give what `reference` gives.
 */
import { execFileSync } from 'node:child_process';
import { freeOnCard, withCardMemory } from './cardMemory.mjs';
import { availableBytes, plannedBytes } from './plan.mjs';
import { inRounds, ours, summarise, theirs, warmUpSteps } from './sides.mjs';
import { gigabytes, printTable, times } from './table.mjs';

const dropout = 0.1;
const large = { configs: ['base', 'large'], batch: 16, length: 128 };
const hfFloat32 = 'HF PEFT, float32';
const bfloat16 = { 'HF PEFT, bfloat16 autocast': ['--bf16'] };

/** Where executors compute: what is measured there, the device of HF PEFT and what else of it stands beside float32. */
const places = {
  processor: { ...large, steps: 5, device: 'cpu', beside: bfloat16 },
  // A hundred times slower than the processor that plays it.
  'adapter of software': { configs: ['minilm'], batch: 4, length: 32, steps: 3, device: 'cpu', beside: {} },
  'card of NVIDIA': {
    ...large,
    steps: 30,
    device: 'cuda',
    beside: { 'HF PEFT, TF32': ['--matmul-precision', 'high'], ...bfloat16 },
  },
  'other card': { ...large, steps: 30, beside: {} },
};

/** What a process may need, by what `plan` says of onnx-cpu; on a card the same of its memory. */
const need = 2.2;

const agreement = { config: 'tiny', batch: 4, length: 16, steps: 3, dropout };
/** Of losses, relative; of trained tensors and the optimizer's, which three steps of AdamW move by 3e-3, to max(1, largest value). */
const tolerances = { losses: 1e-4, state: 1e-3 };
/** Of losses with frozen matrices in a narrow format, relative: some rounds of its last place. AdamW's first steps tell signs, so the state may differ by all of them. */
const narrowTolerances = { float16: 2 ** -8, bfloat16: 2 ** -5 };

/**
 * @param hf the Python that has HF PEFT, and whether its PyTorch computes on CUDA; `fault`: why there is none
 * @returns for each place and shape the rounds of every side and their comparison; executors that do not work with the reason
 */
export async function benchExecutors(hf, { quick, configs, executors }) {
  const { present, absent } = await lookForExecutors(executors);
  const results = [];
  for (const [place, setting] of Object.entries(places)) {
    const here = present.filter((executor) => executor.where === place);
    if (here.length === 0) continue;
    const hfAbsent = hf.fault ?? hfFault(setting.device, hf);
    if (hfAbsent !== undefined) console.log(`${place}: HF PEFT is left out, since ${hfAbsent}`);
    for (const config of configs ?? setting.configs) {
      const shape = { config, batch: setting.batch, length: setting.length, dropout };
      const label = `${config} ${shape.batch} x ${shape.length}, ${place}`;
      const missing = memoryMissing(shape, here[0].card);
      if (missing !== undefined) {
        console.log(`${label}: left out, since ${missing}`);
        results.push({ place, ...shape, leftOut: missing });
        continue;
      }
      const options = { ...shape, steps: warmUpSteps + (quick ? 2 : setting.steps) };
      const sides = {
        ...(hfAbsent === undefined && hfSides(hf.python, options, setting, here[0].card)),
        ...ownSides(here, options),
      };
      const { rounds, faults } = await inRounds(quick ? 1 : 3, label, sides);
      const summary = Object.fromEntries(
        Object.entries(rounds)
          .filter(([, side]) => side.length > 0)
          .map(([side, of]) => [side, summarise(of, rounds[hfFloat32], shape.batch * shape.length)]),
      );
      results.push({ place, hfDevice: setting.device, ...shape, hfAbsent, rounds, faults, summary });
    }
  }
  print(results, present);
  for (const { id, fault } of absent) console.log(`${id} is left out: ${fault}`);
  return { present, absent, results };
}

/** As `doctor` finds them, each in a process of its own. Those asked for; without that all. */
async function lookForExecutors(asked) {
  // Its exit status tells of onnx-cpu alone.
  const printed = execFileSync('sh', ['-c', '"$0" dist/cli.js doctor --json || true', process.execPath], {
    encoding: 'utf8',
  });
  const known = JSON.parse(printed).executors;
  const unknown = (asked ?? []).filter((id) => !known.some((executor) => executor.id === id));
  if (unknown.length > 0)
    throw new Error(
      `--executors: expected some of ${known.map(({ id }) => id).join(', ')}, found ${unknown.join(', ')}`,
    );
  const [present, absent] = [[], []];
  for (const { id, works, fault } of known) {
    if (asked !== undefined && !asked.includes(id)) continue;
    if (!works) {
      absent.push({ id, fault });
      continue;
    }
    try {
      present.push({ id, ...(await agreeing(id)) });
    } catch (error) {
      absent.push({ id, fault: error.message });
      process.exitCode = 1;
    }
  }
  return { present, absent };
}

/** What an executor says of itself, and how far its losses and state are from those of `reference`. @throws where that is too far */
async function agreeing(id) {
  const found = await ours({ ...agreement, executor: id }, '--beside', 'reference');
  const { losses, besideLosses, device, versions, card, dtypes } = found;
  const distances = {
    losses: Math.max(...losses.map((loss, step) => Math.abs(loss / besideLosses[step] - 1))),
    state: found.worst[0].difference,
  };
  const { kept, faults } = await agreeingDTypes(id, dtypes);
  for (const fault of faults) console.log(fault);
  const text = Object.entries(distances).map(([what, distance]) => `${what} ${distance.toExponential(1)}`);
  console.log(`${id} on ${device}: off reference after ${agreement.steps} tiny steps by ${text.join(', ')}`);
  for (const [what, most] of Object.entries(tolerances))
    if (!(distances[what] <= most)) throw new Error(`expected ${what} within ${most} of reference's`);
  return { device, versions, card, dtypes: kept, where: placeOf(found), distances };
}

/** The number formats of an executor that are there and agree, and why others are not among them. */
async function agreeingDTypes(id, dtypes) {
  const [kept, faults] = [['float32'], []];
  for (const [dtype, most] of Object.entries(narrowTolerances)) {
    if (!dtypes.includes(dtype)) continue;
    try {
      const { losses, besideLosses } = await ours(
        { ...agreement, executor: id, dtype },
        '--beside',
        'reference',
      );
      const distance = Math.max(...losses.map((loss, step) => Math.abs(loss / besideLosses[step] - 1)));
      if (!(distance <= most))
        throw new Error(`expected losses within ${most} of reference's, found ${distance}`);
      kept.push(dtype);
    } catch (error) {
      faults.push(`${id} in ${dtype} is left out: ${error.message}`);
    }
  }
  return { kept, faults };
}

function placeOf({ place, isEmulated, isNvidia }) {
  if (isEmulated) return 'adapter of software';
  if (place === 'processor') return 'processor';
  return isNvidia ? 'card of NVIDIA' : 'other card';
}

function hfFault(device, { hasCuda }) {
  if (device === undefined) return 'PyTorch does not compute on that card';
  return device === 'cuda' && !hasCuda ? 'its PyTorch does not compute on CUDA' : undefined;
}

function hfSides(python, options, { device, beside }, card) {
  return Object.fromEntries(
    Object.entries({ [hfFloat32]: [], ...beside }).map(([side, flags]) => [
      side,
      () => withCardMemory(card, () => theirs(python, { ...options, device }, ...flags)),
    ]),
  );
}

function ownSides(here, options) {
  const sides = {};
  for (const { id, card, dtypes } of here)
    for (const dtype of dtypes)
      sides[`${id}, ${dtype}`] = () => withCardMemory(card, () => ours({ ...options, executor: id, dtype }));
  return sides;
}

/** Why a shape does not fit here; undefined where it does. */
function memoryMissing(shape, card) {
  const needed = need * plannedBytes(shape);
  const there = { memory: availableBytes(), ...(card !== undefined && { 'the card': freeOnCard(card) }) };
  const [scarce] = Object.entries(there).filter(([, bytes]) => bytes !== undefined && bytes < needed);
  return scarce && `it may need ${gigabytes(needed)} of ${gigabytes(scarce[1])} (${scarce[0]})`;
}

function print(results, present) {
  const rows = results.flatMap(({ place, hfDevice, config, batch, length, summary = {} }) =>
    Object.entries(summary).map(([side, of]) => [
      `${config} ${batch} x ${length}`,
      side,
      present.find(({ id }) => side.startsWith(`${id},`))?.device ?? `${hfDevice} (PyTorch)`,
      place,
      `${of.stepMs.toFixed(of.stepMs < 10 ? 1 : 0)} ms`,
      of.tokensPerSecond.toFixed(0),
      summary[hfFloat32]?.tokensPerSecond.toFixed(0) ?? '-',
      of.speedup === undefined ? '-' : times(of.speedup),
      gigabytes(of.peakMemoryBytes),
      of.cardMemoryBytes === undefined ? '-' : gigabytes(of.cardMemoryBytes),
    ]),
  );
  printTable(`LN-tuning step of each executor that works here, dropout ${dropout}`, [
    ['', 'side', 'device', 'place', 'step', 'tokens/s', hfFloat32, 'ratio', 'peak memory', 'of the card'],
    ...rows,
  ]);
}
