import { keyOf, uniformAt } from '../core/random.ts';
import { beamSearch } from './beamSearch.ts';
import type { Continuation, End } from './continuation.ts';
import type { Decoder } from './decoder.ts';
import { repeating } from './repetition.ts';
import { sample } from './sample.ts';
import type { GenerationSettings } from '../tasks/generationFields.ts';
import { single } from './single.ts';
import { topIndices } from './topIndices.ts';

export interface GenerateOptions {
  readonly settings: GenerationSettings;
  readonly eosTokenId: number;
  /** Tokens of prompt and continuation together. */
  readonly maxLength: number;
  /** Of draws. */
  readonly seed: number;
}

/**
 * Continues one batch of prompts, token ids of one at least each, until each text ends: the tokens written, without the ending one. A text's
 * continuation does not depend on the others beside it; a draw depends on the prompt's index in `ids`.
 */
export async function generate(
  decoder: Decoder,
  prompts: readonly (readonly number[])[],
  ids: readonly number[],
  options: GenerateOptions,
): Promise<(readonly number[])[]> {
  const texts = prompts.map((prompt, i) => started(prompt, ids[i], options));
  let reading = await decoder.begin(prompts);
  let rowsOf = prompts.map((_, row) => [row]); // of each text; none once it is finished
  for (;;) {
    const width = reading.logits.shape[1];
    const logitsOf = (row: number) =>
      reading.logits.data.subarray(row * width, (row + 1) * width) as Float32Array;
    const rows: number[] = [];
    const tokens: number[] = [];
    rowsOf = texts.map((text, i) => {
      const next = rowsOf[i].length > 0 ? text.next(rowsOf[i].map(logitsOf)) : undefined;
      if (next === undefined) return [];
      const first = rows.length;
      rows.push(...next.versions.map((version) => rowsOf[i][version]));
      tokens.push(...next.tokens);
      return next.versions.map((_, k) => first + k);
    });
    if (rows.length === 0) return texts.map(({ written }) => written);
    reading = await decoder.extend(reading, rows, tokens);
  }
}

function started(
  prompt: readonly number[],
  id: number,
  { settings, eosTokenId, maxLength, seed }: GenerateOptions,
): Continuation {
  const end: End = { eosTokenId, most: Math.min(settings.max_new_tokens, maxLength - prompt.length) };
  if (settings.num_beams > 1) return beamSearch(prompt, end, settings);
  const key = keyOf(seed, 'generation', id);
  return single(prompt, end, (logits, text) => {
    const allowed = logits.slice();
    for (const token of repeating(text, settings.no_repeat_ngram_size)) allowed[token] = -Infinity;
    return settings.do_sample
      ? sample(allowed, settings, uniformAt(key, text.length))
      : topIndices(allowed, 1)[0];
  });
}
