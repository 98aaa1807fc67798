import { parseArgs } from 'node:util';
import { drain } from './drain.ts';
import { attendErrand } from './ownProcess.ts';
import { answerTrial } from './trial.ts';

/**
 * The training process: `trainer --drain RUNS` trains what is queued there, and ends; with `--concurrency N` only while fewer than N
 * others do so; `--share-device` does not wait for a graphics card that another run has. SIGTERM and SIGINT stop with a checkpoint.
 * `trainer --attend` trains the one run that its parent sends (see ownProcess.ts); `trainer --try` answers one question about an executor
 * (see trial.ts).
 */
const { values } = parseArgs({
  options: {
    drain: { type: 'string' },
    concurrency: { type: 'string' },
    'share-device': { type: 'boolean' },
    attend: { type: 'boolean' },
    try: { type: 'boolean' },
  },
});
if (values.try === true) await answerTrial(process.env);
const end = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => end.abort());
if (values.attend === true) await attendErrand(end);
const concurrency = values.concurrency === undefined ? undefined : Number(values.concurrency);
if (
  values.drain === undefined ||
  (concurrency !== undefined && !(Number.isInteger(concurrency) && concurrency >= 1))
) {
  process.stderr.write('usage: trainer --drain RUNS [--concurrency N] [--share-device] | --attend | --try\n');
  process.exit(2);
}
const worker = new URL('./worker.js', import.meta.url);
await drain(values.drain, {
  worker,
  signal: end.signal,
  concurrency,
  shareDevice: values['share-device'],
  env: process.env,
});
