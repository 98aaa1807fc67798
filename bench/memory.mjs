/**
 * `npm run bench:memory`: what `plan` says a training process needs beside what it takes. For each shape a folder with a config.json
 * and no weights is planned by the command line, and the same step runs on random weights in a process of its own; measured is its peak
 * less that of an idle Node process. Linux only: peaks are read from /proc.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastJson } from './lastJson.mjs';
import { configOf } from './shapes.mjs';
import { gigabytes, printTable } from './table.mjs';

const shapes = [
  { config: 'minilm', batch: 32, length: 32 },
  { config: 'minilm', batch: 32, length: 64 },
  { config: 'base', batch: 16, length: 128 },
  { config: 'base', batch: 8, length: 64 },
  { config: 'large', batch: 16, length: 128 },
  { config: 'large', batch: 4, length: 64 },
  { config: 'gpt2', batch: 16, length: 128 },
  { config: 'gpt2-medium', batch: 16, length: 128 },
  { config: 'gpt2-medium', batch: 4, length: 64 },
];
/** The arena has its final size after the second step. */
const steps = 4;
const tolerance = 0.15;

execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
const idle = await idleBytes();
console.log(`an idle Node process takes ${gigabytes(idle)}`);

const rows = [];
for (const shape of shapes) {
  for (const dropout of [0.1, 0]) {
    const planned = await plannedBytes(shape, dropout);
    const { peakMemoryBytes } = await lastJson(process.execPath, [
      'dist/bench-step.js',
      ...Object.entries({ ...shape, dropout, steps }).flatMap(([name, value]) => [`--${name}`, value]),
    ]);
    const measured = peakMemoryBytes - idle;
    rows.push({ ...shape, dropout, planned, measured, ratio: planned / measured });
    console.log(`${rowName(rows.at(-1))}: ${rows.at(-1).ratio.toFixed(2)}`);
  }
}
printTable('LN-tuning step: memory above an idle process', [
  ['', 'planned', 'measured', 'ratio'],
  ...rows.map((row) => [rowName(row), gigabytes(row.planned), gigabytes(row.measured), row.ratio.toFixed(2)]),
]);
const worst = Math.max(...rows.map(({ ratio }) => Math.abs(ratio - 1)));
console.log(`the worst plan is off by ${(100 * worst).toFixed(0)} %`);
mkdirSync('out', { recursive: true });
writeFileSync('out/bench-memory.json', `${JSON.stringify({ idle, rows }, null, 2)}\n`);
process.exitCode = worst <= tolerance ? 0 : 1;

function rowName({ config, batch, length, dropout }) {
  return `${config}, ${batch} x ${length}, dropout ${dropout}`;
}

function idleBytes() {
  const code = `const { readFileSync } = require('node:fs');
    console.log(JSON.stringify(1024 * Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1])))`;
  return lastJson(process.execPath, ['-e', code]);
}

/** What `plan --json` says of a model that has no weights yet. */
async function plannedBytes({ config, batch, length }, dropout) {
  const dir = mkdtempSync(join(tmpdir(), 'peft-workbench-memory-'));
  try {
    mkdirSync(join(dir, 'model'));
    writeFileSync(join(dir, 'model', 'config.json'), JSON.stringify(configOf(config, dropout)));
    const task = { type: 'text-classification', train: 'train.tsv', text: 'text', label: 'label' };
    const recipe = join(dir, 'memory.peft.yaml');
    writeFileSync(
      recipe, // JSON is YAML
      JSON.stringify({
        version: 1,
        model: './model',
        task: { ...task, labels: ['no', 'yes'], max_length: length },
        methods: { ln_tuning: {} },
        training: { per_device_train_batch_size: batch },
      }),
    );
    const printed = execFileSync(process.execPath, ['dist/cli.js', 'plan', recipe, '--json'], {
      encoding: 'utf8',
    });
    return JSON.parse(printed).variants[0].memoryBytes.total;
  } finally {
    rmSync(dir, { recursive: true });
  }
}
