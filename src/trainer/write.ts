import type { Tokenizer } from '../checkpoints/tokenizer.ts';
import { internal } from '../core/errors.ts';
import { evalBatches } from '../data/batches.ts';
import { openDecoder } from '../generation/decoder.ts';
import { generate } from '../generation/generate.ts';
import { generationSizes } from '../program/generation.ts';
import type { Example } from '../tasks/task.ts';
import type { Session } from './session.ts';

export interface WriteOptions {
  readonly tokenizer: Pick<Tokenizer, 'decode'>;
  /** Longest prompt and text together, in tokens. */
  readonly maxLength: number;
  /** Texts at a time, less where each has several beams. */
  readonly batchSize: number;
  /** Of draws. */
  readonly seed: number;
}

/** Texts by request, and their metrics; these are absent where an example has no label. */
export interface Written {
  readonly texts: readonly string[];
  /** How many prompts lost their beginning. */
  readonly cut: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** Writes texts for any number of splits, by the trained tensors as they stand, with programs that are compiled once. */
export interface Writer {
  /** A prompt loses its beginning where there is no room for it and `max_new_tokens`. `onBatch` is called between batches and may throw to stop. */
  write(examples: readonly Example[], onBatch?: (done: number) => void): Promise<Written>;
  dispose(): Promise<void>;
}

/** Undefined for a task that writes nothing. */
export async function openWriter(
  session: Session,
  { tokenizer, maxLength, batchSize, seed }: WriteOptions,
): Promise<Writer | undefined> {
  const { task, taskFields, info } = session.assembly;
  const { writes } = task;
  if (writes === undefined) return undefined;
  const settings = writes.settings(taskFields);
  const eosTokenId =
    info.architecture.nextToken?.endTokenId(info.shape) ?? internal(`${task.id} without a next token`);
  const { texts: atOnce, promptLength } = generationSizes(settings, { batchSize, maxLength });
  const decoder = await openDecoder(session);
  return {
    write: async (examples, onBatch = () => undefined) => {
      const whole = writes.requests(examples);
      const cut = whole.filter(({ promptIds }) => promptIds.length > promptLength).length;
      const requests = whole.map(({ id, promptIds }) => ({ id, promptIds: promptIds.slice(-promptLength) }));
      const texts = new Array<string>(requests.length);
      let done = 0;
      for (const batch of evalBatches(
        requests.map(({ promptIds }) => promptIds.length),
        atOnce,
      )) {
        const chosen = Array.from(batch, (i) => requests[i]);
        const written = await generate(
          decoder,
          chosen.map(({ promptIds }) => promptIds),
          chosen.map(({ id }) => id),
          { settings, eosTokenId, maxLength, seed },
        );
        batch.forEach((request, i) => (texts[request] = tokenizer.decode(written[i]).trim()));
        onBatch((done += batch.length));
      }
      const isMeasured = examples.every(({ isLabelled }) => isLabelled);
      return { texts, cut, metrics: isMeasured ? writes.metrics(examples, texts) : {} };
    },
    dispose: () => decoder.dispose(),
  };
}
