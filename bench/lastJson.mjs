import { spawn } from 'node:child_process';

/**
 * Runs a program and gives the JSON of its last line on stdout; its other output goes to stderr as it comes.
 * @param {string} command
 * @param {readonly (string | number)[]} args
 * @param {{ limitMs?: number }} [options] after which it is killed
 * @returns {Promise<any>}
 */
export async function lastJson(command, args, { limitMs } = {}) {
  const child = spawn(command, args.map(String), {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: limitMs,
    killSignal: 'SIGKILL',
  });
  const [stdout, stderr] = [textOf(child.stdout), textOf(child.stderr)];
  const status = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
  if (status !== 0) throw new Error(`${[command, ...args].join(' ')} ended with ${status}:\n${await stderr}`);
  return JSON.parse((await stdout).trimEnd().split('\n').at(-1));
}

async function textOf(stream) {
  stream.setEncoding('utf8');
  let text = '';
  for await (const chunk of stream) text += chunk;
  return text;
}
