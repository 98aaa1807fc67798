/**
 * `npm run bench`: this trainer beside HF PEFT, on this machine, in one run; prints tables, writes out/bench.json.
 *
 *   --seeds N         seeds of the real-data row (default 5)
 *   --quick           one seed, one short round
 *   --only X          sentiment | step | shapes | executors
 *   --configs A,B     of shapes and executors: names of shapes.json, instead of the usual ones
 *   --executors A,B   of executors: these alone
 *   --python PROGRAM  has PyTorch, Transformers and PEFT: nothing is then installed or built. executors do without it, too
 *
 * Nothing else should run meanwhile. Every claim is about float32; bfloat16 PyTorch stands beside it for comparison.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { benchExecutors } from './executors.mjs';
import { benchFixedShape } from './fixedShape.mjs';
import { benchShapes } from './modelShapes.mjs';
import { benchSentiment } from './sentiment.mjs';

const { values: options } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    configs: { type: 'string' },
    executors: { type: 'string' },
    python: { type: 'string' },
  },
});
const seedCount = options.quick ? 1 : Number(options.seeds);
if (!Number.isInteger(seedCount) || seedCount < 1)
  throw new Error(`--seeds: expected a whole number from 1, found ${options.seeds}`);

const run = (command, ...args) =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
// So that CUDA counts cards as nvidia-smi does, for both sides.
process.env.CUDA_DEVICE_ORDER ??= 'PCI_BUS_ID';
const python = options.python ?? installed();
const hf = whatPythonHas();

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
  shapes: () => benchShapes(python, { quick: options.quick, configs: listOf(options.configs) }),
  executors: () =>
    benchExecutors(hf, {
      quick: options.quick,
      configs: listOf(options.configs),
      executors: listOf(options.executors),
    }),
};
if (options.only !== undefined && !(options.only in benches))
  throw new Error(`--only: expected one of ${Object.keys(benches).join(', ')}, found ${options.only}`);
if (hf.fault !== undefined && options.only !== 'executors') throw new Error(`--python: ${hf.fault}`);
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
  const onnxruntime = JSON.parse(readFileSync('node_modules/onnxruntime-node/package.json', 'utf8')).version;
  return { node: process.versions.node, 'onnxruntime-node': onnxruntime, ...hf.versions };
}

function installed() {
  run('bash', 'scripts/install.sh');
  run('npm', 'run', '--silent', 'build');
  return run('bash', 'scripts/python.sh');
}

/** HF PEFT's side: versions, and whether PyTorch computes on CUDA; or why there is none. */
function whatPythonHas() {
  const code = `import importlib.metadata, json, torch
versions = {name: importlib.metadata.version(name) for name in ("torch", "transformers", "peft")}
print(json.dumps({"versions": versions, "hasCuda": torch.cuda.is_available()}))`;
  try {
    return { python, ...JSON.parse(run(python, '-c', code)) };
  } catch {
    return { fault: `${python} lacks PyTorch, Transformers or PEFT` };
  }
}

function listOf(text) {
  return text?.split(',');
}

function gib(bytes) {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
