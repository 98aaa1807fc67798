/**
 * `npm run bench:memory [-- --most GB --configs large,gpt2-medium]`: what `plan` says a training process needs beside what it takes. For each shape a folder with a config.json
 * and no weights is planned by the command line, and the same step runs on random weights in a process of its own; measured is its peak
 * less that of an idle Node process. What would need more than `--most` (default: what is available) is left out, and said. Linux only:
 * peaks are read from /proc.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { lastJson } from './lastJson.mjs';
import { availableBytes, plannedBytes } from './plan.mjs';
import { ours } from './sides.mjs';
import { gigabytes, printTable } from './table.mjs';

const { values } = parseArgs({ options: { most: { type: 'string' }, configs: { type: 'string' } } });
const asked = values.configs?.split(',');

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
const methods = ['ln_tuning', 'full'];
/** The arena has its final size after the second step. */
const steps = 4;
const tolerance = 0.15;

execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
const idle = await idleBytes();
console.log(`an idle Node process takes ${gigabytes(idle)}`);

const unknown = asked?.find((name) => !shapes.some(({ config }) => config === name));
if (unknown !== undefined)
  throw new Error(
    `--configs: expected some of ${[...new Set(shapes.map(({ config }) => config))].join(', ')}, found ${unknown}`,
  );
const rows = [];
const wanted = shapes.filter(({ config }) => asked?.includes(config) ?? true);
for (const shape of wanted.flatMap((each) => methods.map((method) => ({ ...each, method })))) {
  for (const dropout of [0.1, 0]) {
    const planned = plannedBytes({ ...shape, dropout });
    const name = rowName({ ...shape, dropout });
    const most = values.most === undefined ? availableBytes() : 1e9 * Number(values.most);
    if (planned > most) {
      console.log(`${name}: left out, since it needs ${gigabytes(planned)} of ${gigabytes(most)}`);
      continue;
    }
    const { method, ...size } = shape;
    const methods = JSON.stringify({ [method]: {} });
    const { peakMemoryBytes } = await ours({ ...size, dropout, steps, methods });
    const measured = peakMemoryBytes - idle;
    rows.push({ ...shape, dropout, planned, measured, ratio: planned / measured });
    console.log(`${name}: ${rows.at(-1).ratio.toFixed(2)}`);
  }
}
printTable('A training step: memory above an idle process', [
  ['', 'planned', 'measured', 'ratio'],
  ...rows.map((row) => [rowName(row), gigabytes(row.planned), gigabytes(row.measured), row.ratio.toFixed(2)]),
]);
const worst = Math.max(...rows.map(({ ratio }) => Math.abs(ratio - 1)));
console.log(`the worst plan is off by ${(100 * worst).toFixed(0)} %`);
mkdirSync('out', { recursive: true });
writeFileSync('out/bench-memory.json', `${JSON.stringify({ idle, rows }, null, 2)}\n`);
process.exitCode = worst <= tolerance ? 0 : 1;

function rowName({ config, method, batch, length, dropout }) {
  return `${config}, ${method}, ${batch} x ${length}, dropout ${dropout}`;
}

function idleBytes() {
  const code = `const { readFileSync } = require('node:fs');
    console.log(JSON.stringify(1024 * Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1])))`;
  return lastJson(process.execPath, ['-e', code]);
}
