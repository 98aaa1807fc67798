/**
 * `npm run bench:language`: how long the language server takes until it answers, and from a change of a 300-line recipe with variants and a grid to
 * its first diagnostics, and until it completes a field there. Starts dist/server.js as an editor does, over standard input and output.
 */
import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import { printTable } from './table.mjs';

const rounds = 20;
const lines = 300;
const uri = 'file:///nowhere/bench.peft.yaml';

const ready = [];
const first = [];
const completed = [];
for (let round = 0; round < rounds; round++) {
  const started = performance.now();
  const server = spawn(process.execPath, ['dist/server.js', '--stdio'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const client = createProtocolConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  client.listen();
  await client.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities: {} });
  ready.push(performance.now() - started);
  await client.sendNotification('initialized', {});
  if (round === rounds - 1) await measureChanges(client);
  await client.sendRequest('shutdown');
  await client.sendNotification('exit');
  await new Promise((resolve) => server.once('exit', resolve));
}

printTable(`Language server, median of ${rounds} (and the slowest)`, [
  ['', 'median', 'slowest'],
  ['started until ready', ...millisecondsOf(ready)],
  [`change of a ${lines}-line recipe until first diagnostics`, ...millisecondsOf(first)],
  ['completion of a field there', ...millisecondsOf(completed)],
]);

async function measureChanges(client) {
  const text = recipe();
  const open = diagnosticsOf(client, 1);
  await client.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId: 'peft-recipe', version: 1, text },
  });
  await open;
  for (let version = 2; version < 2 + rounds; version++) {
    const published = diagnosticsOf(client, version);
    const changed = performance.now();
    await client.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [
        { range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, text: '# ' },
      ],
    });
    await published;
    first.push(performance.now() - changed);
    const asked = performance.now();
    await client.sendRequest('textDocument/completion', {
      textDocument: { uri },
      position: { line: lines - 1, character: text.split('\n')[lines - 1].indexOf('parameters') },
    });
    completed.push(performance.now() - asked);
  }
}

/** Resolves with the first diagnostics of a version. */
function diagnosticsOf(client, version) {
  return new Promise((resolve) => {
    const listening = client.onNotification('textDocument/publishDiagnostics', (params) => {
      if (params.version !== version) return;
      listening.dispose();
      resolve(params);
    });
  });
}

function recipe() {
  const head = `# bench
version: 1
model: ./model
task: { type: text-classification, train: train.tsv, text: text, label: label }
training: { learning_rate: 1.0e-3 }
grid: { training.learning_rate_scale: [0.5, 1] }
variants:
`;
  const variants = Array.from({ length: Math.floor((lines - 7) / 2) }, (_, index) => {
    return `  v${index}:\n    methods: { ln_tuning: { layers: [${index % 12}], parameters: [gain] } }\n`;
  });
  return head + variants.join('');
}

function millisecondsOf(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return [sorted[sorted.length >> 1], sorted[sorted.length - 1]].map((value) => `${value.toFixed(0)} ms`);
}
