// The step of every method and union beside that of LN-tuning, on BERT-base's shape: `npm run bench:methods`. Each round runs all of
// them once, so that whatever else the machine does falls on all alike; ratios are of the medians.
import { median } from './statistics.mjs';
import { lastJson } from './lastJson.mjs';
import { gigabytes, printTable, times } from './table.mjs';

const ROUNDS = 3;
const attention = { at: ['attention'], bottleneck: 16 };
const prefix = { num_virtual_tokens: 16 };
const cases = {
  'LN-tuning': { ln_tuning: {} },
  BitFit: { bitfit: {} },
  'LoRA, q and v, r 8': { lora: {} },
  '(IA)3': { ia3: {} },
  'prefix 16': { prefix_tuning: prefix },
  'attention adapter 16': { adapter: attention },
  'prefix + attention adapter + LN': { prefix_tuning: prefix, adapter: attention, ln_tuning: {} },
};

const found = new Map(Object.keys(cases).map((name) => [name, { ms: [], bytes: 0 }]));
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, methods] of Object.entries(cases)) {
    const args = ['dist/bench-step.js', '--steps', 4, '--methods', JSON.stringify(methods)];
    const { stepMs, peakMemoryBytes } = await lastJson(process.execPath, args);
    const kept = found.get(name);
    kept.ms.push(...stepMs.slice(1)); // the first one allocates
    kept.bytes = Math.max(kept.bytes, peakMemoryBytes);
  }
}
const reference = median(found.get('LN-tuning').ms);
printTable(`Step, BERT-base 16 x 128, dropout 0.1, AdamW, ${ROUNDS} rounds`, [
  ['', 'step', 'to LN-tuning', 'peak memory'],
  ...[...found].map(([name, { ms, bytes }]) => [
    name,
    `${median(ms).toFixed(0)} ms`,
    times(median(ms) / reference),
    gigabytes(bytes),
  ]),
]);
