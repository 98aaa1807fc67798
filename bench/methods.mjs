// The step of every method and union beside that of LN-tuning, and beside HF PEFT's for those that it has, on BERT-base's shape:
// `npm run bench:methods`. Each round runs all of them once, so that whatever else the machine does falls on all alike; ratios are of
// the medians. HF PEFT's environment is that of the parity tests.
import { execFileSync } from 'node:child_process';
import { median } from './statistics.mjs';
import { lastJson } from './lastJson.mjs';
import { gigabytes, printTable, times } from './table.mjs';

const ROUNDS = 3;
const STEPS = 4;
const shape = ['--batch', 16, '--length', 128, '--dropout', 0.1, '--steps', STEPS];
const attention = { at: ['attention'], bottleneck: 16 };
const prefix = { num_virtual_tokens: 16 };

/** Methods of a recipe, and what HF PEFT calls it where it has it. */
const cases = {
  'LN-tuning': { methods: { ln_tuning: {} }, peft: 'ln_tuning' },
  BitFit: { methods: { bitfit: {} }, peft: 'bitfit' },
  'LoRA, q and v, r 8': { methods: { lora: {} }, peft: 'lora' },
  '(IA)3': { methods: { ia3: {} }, peft: 'ia3' },
  'prefix 16': { methods: { prefix_tuning: prefix }, peft: 'prefix_tuning' },
  'attention adapter 16': { methods: { adapter: attention } },
  'prefix + attention adapter + LN': {
    methods: { prefix_tuning: prefix, adapter: attention, ln_tuning: {} },
  },
};

const python = execFileSync('bash', ['scripts/python.sh'], { encoding: 'utf8' }).trim();
const fresh = () => ({ ms: [], bytes: 0 });
const found = new Map(Object.keys(cases).map((name) => [name, { ours: fresh(), theirs: fresh() }]));
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, { methods, peft }] of Object.entries(cases)) {
    const { ours, theirs } = found.get(name);
    keep(
      ours,
      await lastJson(process.execPath, [
        'dist/bench-step.js',
        ...shape,
        '--methods',
        JSON.stringify(methods),
      ]),
    );
    if (peft) keep(theirs, await lastJson(python, ['bench/hfStep.py', ...shape, '--method', peft]));
  }
}
const reference = median(found.get('LN-tuning').ours.ms);
printTable(`Step, BERT-base 16 x 128, dropout 0.1, AdamW, ${ROUNDS} rounds`, [
  ['', 'step', 'to LN-tuning', 'peak memory', 'HF PEFT', 'HF PEFT memory', 'faster'],
  ...[...found].map(([name, { ours, theirs }]) => {
    const step = median(ours.ms);
    const row = [name, `${step.toFixed(0)} ms`, times(step / reference), gigabytes(ours.bytes)];
    if (theirs.ms.length === 0) return [...row, '-', '-', '-'];
    const other = median(theirs.ms);
    return [...row, `${other.toFixed(0)} ms`, gigabytes(theirs.bytes), times(other / step)];
  }),
]);

function keep(side, { stepMs, peakMemoryBytes }) {
  side.ms.push(...stepMs.slice(1)); // the first one allocates
  side.bytes = Math.max(side.bytes, peakMemoryBytes);
}
