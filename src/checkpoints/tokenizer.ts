import { Tokenizer as HubTokenizer } from '@huggingface/tokenizers';
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import { bertNormalizerCorrection } from './bertNormalizer.ts';
import {
  badField,
  badTokenId,
  brokenTokenizer,
  missingTokenizer,
  onlyVocabulary,
  placesUnknown,
  tokenBeyondVocabulary,
  tooFewSegments,
} from './errors.ts';
import { findFile, readJsonObject } from './files.ts';
import { tokenLocator, type LocatedToken } from './locateTokens.ts';
import { offsetTrimmer } from './trimOffsets.ts';

const LARGEST_TOKENIZER = 200_000_000;
const LARGEST_CONFIG = 10_000_000;
const MODEL_TYPES: readonly Json[] = ['WordPiece', 'BPE', 'Unigram'];

export interface Encoding {
  readonly ids: number[];
  /** Segment of each token: 0, or 1 for the second text of a pair. */
  readonly typeIds: number[];
}

/** A model's tokenizer, as `tokenizer.json` describes it. */
export interface Tokenizer {
  /** One more than the largest id. */
  readonly vocabularySize: number;
  /** Longest input in tokens (`model_max_length`), where one is given. */
  readonly maxLength: number | undefined;
  /** Special tokens that `assemble` adds. */
  numSpecial(kind: 'single' | 'pair'): number;
  /** The tokens of a text, without the model's special ones. */
  tokenize(text: string): string[];
  /** Their ids. */
  idsOf(tokens: readonly string[]): number[];
  /** The text of ids, without special tokens. */
  decode(ids: readonly number[]): string;
  /** How many of these stand in front of a single text's own. */
  readonly leading: number;
  /** How many stand in front of the second of two texts, and of the first. */
  readonly leadingPair: number;
  /** Ids of one or two token lists, with the model's special tokens. */
  assemble(tokens: string[], pair?: string[]): Encoding;
  /** `tokenize` and `assemble`: a text, or a pair of them, uncut. */
  encode(text: string, pair?: string): Encoding;
  /** `tokenize`, with the part of the text that each token stands for. @throws UserError where that is not known */
  locate(text: string): LocatedToken[];
  /** The same without the blanks that byte-level tokens begin with, where the tokenizer says so (`trim_offsets`). */
  trimmed(tokens: readonly LocatedToken[]): readonly LocatedToken[];
}

/**
 * Loads `tokenizer.json`, with `tokenizer_config.json` where there is one. `modelVocabularySize`: rows of the model's
 * embedding table. @throws UserError for a tokenizer that is missing, broken or has ids beyond that table.
 */
export async function loadTokenizer(dir: string, modelVocabularySize: number): Promise<Tokenizer> {
  const file = await findFile(dir, 'tokenizer.json');
  if (file === undefined) {
    throw (await findFile(dir, 'vocab.txt')) === undefined ? missingTokenizer(dir) : onlyVocabulary(dir);
  }
  const description = await readJsonObject(file, LARGEST_TOKENIZER);
  const type = isJsonObject(description.model) ? description.model.type : undefined;
  // The library guesses for others; only old files, which have no type, can be guessed right.
  if (type !== undefined && !MODEL_TYPES.includes(type)) {
    throw badField(file, 'model.type', `one of ${MODEL_TYPES.join(', ')}`, type);
  }
  const configFile = await findFile(dir, 'tokenizer_config.json');
  const config = configFile === undefined ? {} : await readJsonObject(configFile, LARGEST_CONFIG);
  let ids: ReadonlyMap<string, number>;
  let tokenizer: Tokenizer;
  try {
    const library = new HubTokenizer(description, config);
    ids = library.model!.tokens_to_ids;
    tokenizer = wrap(library, { description, config, file });
    tokenizer.encode('a', 'b'); // faults of the template show only here
  } catch (error) {
    throw brokenTokenizer(file, error);
  }
  for (const [token, id] of ids) {
    if (!Number.isInteger(id) || id < 0) throw badTokenId(file, token, id);
    if (id >= modelVocabularySize) throw tokenBeyondVocabulary(file, token, id, modelVocabularySize);
  }
  return tokenizer;
}

/** @throws UserError where the tokenizer gives the texts more segments than the model of the folder `dir` has, if that reads them at all. */
export function checkSegments(
  dir: string,
  tokenizer: Tokenizer,
  { kind, segments }: { kind: 'single' | 'pair'; segments: number },
): void {
  if (segments === 0) return;
  const { typeIds } = tokenizer.assemble([], kind === 'pair' ? [] : undefined);
  const needed = Math.max(0, ...typeIds) + 1;
  if (needed > segments) throw tooFewSegments(dir, needed, segments);
}

/** No tokens of any vocabulary. */
const [MARK, OTHER_MARK] = ['\0', '\0\0'];

interface TokenizerFiles {
  readonly description: JsonObject;
  readonly config: JsonObject;
  readonly file: string;
}

function wrap(library: HubTokenizer, { description, config, file }: TokenizerFiles): Tokenizer {
  const correct = bertNormalizerCorrection(description.normalizer);
  const locate = tokenLocator(library, description, correct);
  const ids = library.model!.tokens_to_ids;
  const idOf = (token: string) => {
    const id = ids.get(token) ?? library.model!.unk_token_id;
    if (id === undefined) throw new Error(`the vocabulary lacks the token ${token}`);
    return id;
  };
  // `encode` of the library takes an empty second text for none, so the template is applied here.
  const process = (tokens: string[], pair?: string[]) =>
    library.post_processor?.post_process(tokens, pair ?? null) ?? { tokens, tokens_pair: pair };
  const merged = (tokens: string[], pair?: string[]) => {
    const processed = process(tokens, pair);
    return { ...processed, tokens: [...processed.tokens, ...(processed.tokens_pair ?? [])] };
  };
  // Where Transformers hands no types on, the model takes 0 for each.
  const { model_input_names: inputs } = config;
  const toldTypes = !Array.isArray(inputs) || inputs.includes('token_type_ids');
  const assemble = (tokens: string[], pair?: string[]): Encoding => {
    const { tokens: all, token_type_ids: typeIds } = merged(tokens, pair);
    return { ids: all.map(idOf), typeIds: (toldTypes && typeIds) || all.map(() => 0) };
  };
  const tokenize = (text: string) => library.tokenize(correct(text));
  const special = { single: assemble([]).ids.length, pair: assemble([], []).ids.length };
  const { model_max_length: maxLength } = config;
  return {
    vocabularySize: [...ids.values()].reduce((size, id) => Math.max(size, id + 1), 0),
    // Transformers writes 1e30 for 'no limit'.
    maxLength: Number.isSafeInteger(maxLength) ? (maxLength as number) : undefined,
    numSpecial: (kind) => special[kind],
    leading: process([MARK]).tokens.indexOf(MARK),
    leadingPair: merged([MARK], [OTHER_MARK]).tokens.indexOf(OTHER_MARK) - 1,
    locate: (text) => {
      const tokens = locate(text);
      if (tokens === undefined) throw placesUnknown(file, text);
      return tokens;
    },
    trimmed: offsetTrimmer(description),
    tokenize,
    idsOf: (tokens) => tokens.map(idOf),
    decode: (ids) =>
      // The library decodes no empty list, and by default takes blanks away in front of punctuation, as Transformers no longer does.
      ids.length === 0
        ? ''
        : library.decode([...ids], { skip_special_tokens: true, clean_up_tokenization_spaces: false }),
    assemble,
    encode: (text, pair) => assemble(tokenize(text), pair === undefined ? undefined : tokenize(pair)),
  };
}
