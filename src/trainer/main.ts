import { parseArgs } from 'node:util';
import { drain } from './drain.ts';

/** The training process: `trainer --drain RUNS` trains what is queued there, and ends. SIGTERM and SIGINT stop with a checkpoint. */
const { values } = parseArgs({ options: { drain: { type: 'string' } } });
if (values.drain === undefined) {
  process.stderr.write('usage: trainer --drain RUNS\n');
  process.exit(2);
}
const end = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => end.abort());
await drain(values.drain, new URL('./worker.js', import.meta.url), end.signal);
