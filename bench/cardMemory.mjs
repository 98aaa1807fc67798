/** Memory of a card of NVIDIA, for the whole card, as its driver's program tells: the same reading for every side of a comparison. */
import { execFileSync, spawn } from 'node:child_process';

const MIB = 2 ** 20;

/** @returns bytes; undefined where `nvidia-smi` does not tell */
export function freeOnCard(card) {
  try {
    const printed = execFileSync('nvidia-smi', query(card, 'memory.free'), {
      encoding: 'utf8',
      timeout: 5_000,
    });
    return bytesIn(printed);
  } catch {
    return undefined;
  }
}

/**
 * Runs `work` and adds `cardMemoryBytes` to its result: the most memory in use on the card meanwhile, less what was in use before, read
 * ten times a second. Without a card, or where `nvidia-smi` does not tell, the result is as it was.
 */
export async function withCardMemory(card, work) {
  if (card === undefined) return work();
  const watch = spawn('nvidia-smi', [...query(card, 'memory.used'), '--loop-ms=100'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const readings = [];
  const first = new Promise((resolve) => {
    watch.once('error', resolve);
    watch.once('close', resolve);
    watch.stdout.setEncoding('utf8').on('data', (text) => {
      readings.push(...text.split('\n').map(bytesIn));
      resolve();
    });
  });
  await first;
  try {
    const result = await work();
    const known = readings.filter((bytes) => bytes !== undefined);
    return known.length < 2
      ? result
      : { ...result, cardMemoryBytes: known.reduce((most, bytes) => Math.max(most, bytes)) - known[0] };
  } finally {
    watch.kill();
  }
}

const query = (card, field) => [`--id=${card}`, `--query-gpu=${field}`, '--format=csv,noheader,nounits'];

function bytesIn(line) {
  return /^\s*\d+\s*$/.test(line) ? MIB * Number(line) : undefined;
}
