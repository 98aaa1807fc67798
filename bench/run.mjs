/**
 * `npm run bench`: this trainer beside HF PEFT, on this machine, in one run; prints tables, writes out/bench.json.
 *
 *   --seeds N   seeds of the real-data row (default 5)
 *   --quick     one seed, one short round
 *   --only X    sentiment | step
 *
 * Nothing else should run meanwhile. Every claim is about float32; bfloat16 PyTorch stands beside it for comparison.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { benchFixedShape } from './fixedShape.mjs';
import { benchSentiment } from './sentiment.mjs';

const { values: options } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
const seedCount = options.quick ? 1 : Number(options.seeds);
if (!Number.isInteger(seedCount) || seedCount < 1)
  throw new Error(`--seeds: expected a whole number from 1, found ${options.seeds}`);

const run = (command, ...args) =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
run('bash', 'scripts/install.sh');
run('npm', 'run', '--silent', 'build');
const python = run('bash', 'scripts/python.sh');

const report = { date: new Date().toISOString(), machine: machine(), versions: versions() };
console.log(`${report.machine.cpu}, ${report.machine.cores} cores, ${gib(report.machine.memoryBytes)}`);
console.log(
  Object.entries(report.versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', '),
);

const benches = {
  sentiment: () => benchSentiment(python, seedCount),
  step: () => benchFixedShape(python, options.quick),
};
for (const [name, bench] of Object.entries(benches)) {
  if (options.only !== undefined && options.only !== name) continue;
  report[name] = await bench();
  mkdirSync('out', { recursive: true });
  writeFileSync('out/bench.json', `${JSON.stringify(report, null, 2)}\n`);
}
console.log('\nout/bench.json holds every number');

function machine() {
  return { cpu: cpus()[0].model, cores: availableParallelism(), memoryBytes: totalmem() };
}

function versions() {
  const packages = ['torch', 'transformers', 'peft'];
  const code = `import importlib.metadata as m; print(*map(m.version, ${JSON.stringify(packages)}))`;
  const found = run(python, '-c', code).split(' ');
  const onnxruntime = JSON.parse(readFileSync('node_modules/onnxruntime-node/package.json', 'utf8')).version;
  return {
    node: process.versions.node,
    'onnxruntime-node': onnxruntime,
    ...Object.fromEntries(packages.map((name, i) => [name, found[i]])),
  };
}

function gib(bytes) {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
