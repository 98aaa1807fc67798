import type { Tokenizer as HubTokenizer } from '@huggingface/tokenizers';
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import { joined, traceText, type Traced } from './tracedText.ts';

/** A token of a text, and the part of the text that it stands for: code points `start` up to `end`. */
export interface LocatedToken {
  readonly token: string;
  readonly start: number;
  readonly end: number;
}

/** A part of a text on its way through the tokenizer: one added token, or what the model is to cut. */
interface Section {
  readonly text: Traced;
  readonly added?: string;
}

/**
 * Tokens of a text with the places that Python's tokenizers tell (`return_offsets_mapping`), before `trim_offsets`: @huggingface/tokenizers
 * tells none, so its parts are applied one after the other here. Of the tokenizer's parts these are known: any normalizer that treats
 * characters one by one, save for combining marks; pre-tokenizers that cut out of the text, or `ByteLevel`; WordPiece and BPE.
 * `correct`: as in `bertNormalizerCorrection`. @returns undefined for a text whose tokens cannot be traced back
 */
export function tokenLocator(
  library: HubTokenizer,
  description: JsonObject,
  correct: (text: string) => string,
): (text: string) => LocatedToken[] | undefined {
  const added = addedTokens(description, library);
  const isByteLevel = hasPart(description.pre_tokenizer, 'ByteLevel');
  const normalize = (text: string) => library.normalizer?.normalize(correct(text)) ?? text;
  const known = new Map<string, string>();
  const normalizeCharacter = (character: string) => {
    const found = known.get(character) ?? normalize(character);
    known.set(character, found);
    return found;
  };

  return (text) => {
    const located: LocatedToken[] = [];
    for (const section of split(traceText(text), added.raw)) {
      if (section.added !== undefined) {
        located.push(whole(section.added, section.text));
        continue;
      }
      const normalized = normalizedText(section.text, normalize, normalizeCharacter);
      if (normalized === undefined) return undefined;
      for (const part of split(normalized, added.normalized)) {
        const tokens = part.added === undefined ? modelTokens(part.text) : [whole(part.added, part.text)];
        if (tokens === undefined) return undefined;
        for (const token of tokens) located.push(token);
      }
    }
    return located;
  };

  function modelTokens(text: Traced): LocatedToken[] | undefined {
    const string = joined(text);
    if (string === '') return [];
    const pieces = library.pre_tokenizer === null ? [string] : library.pre_tokenizer.pre_tokenize(string);
    const cut = isByteLevel ? cutBytes(text, pieces) : cutOut(text, pieces);
    const tokens: LocatedToken[] = [];
    for (const [i, piece] of (cut ?? []).entries()) {
      const own = library.model!._call([pieces[i]]);
      const lengths = lengthsOf(own, piece.units.length, library);
      if (lengths === undefined) return undefined;
      let begin = 0;
      own.forEach((token, k) => {
        tokens.push(whole(token, slice(piece, begin, (begin += lengths[k]))));
      });
    }
    return cut === undefined ? undefined : tokens;
  }
}

function whole(token: string, { starts, ends }: Traced): LocatedToken {
  return { token, start: starts[0], end: ends[ends.length - 1] };
}

function slice({ units, starts, ends }: Traced, begin: number, end: number): Traced {
  return {
    units: units.slice(begin, end),
    starts: starts.slice(begin, end),
    ends: ends.slice(begin, end),
  };
}

/** Patterns that find a tokenizer's added tokens in a text before its normalizer, and behind it; with the tokens by what is found. */
interface Added {
  readonly pattern: RegExp;
  readonly tokens: ReadonlyMap<string, string>;
}

function addedTokens(
  { added_tokens: list }: JsonObject,
  { normalizer }: HubTokenizer,
): { readonly raw?: Added; readonly normalized?: Added } {
  const all = Array.isArray(list) ? list.filter(isJsonObject) : [];
  const isNormalized = (token: JsonObject) => token.normalized === true && normalizer !== null;
  return {
    raw: addedOf(all.filter((token) => !isNormalized(token))),
    normalized: addedOf(all.filter(isNormalized), (content) => normalizer!.normalize(content)),
  };
}

function addedOf(list: readonly JsonObject[], form = (content: string) => content): Added | undefined {
  const tokens = list
    .flatMap(({ content, lstrip, rstrip }) =>
      typeof content === 'string' && form(content) !== ''
        ? [{ content, found: form(content), lstrip, rstrip }]
        : [],
    )
    .sort((a, b) => b.found.length - a.found.length);
  if (tokens.length === 0) return undefined;
  // The longest where several begin at one place; blanks that a token takes belong to it.
  const pattern = tokens.map(
    ({ found, lstrip, rstrip }) =>
      `${lstrip === true ? '\\s*' : ''}${found.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}${rstrip === true ? '\\s*' : ''}`,
  );
  return {
    pattern: new RegExp(pattern.join('|'), 'gu'),
    tokens: new Map(tokens.map(({ content, found }) => [found.trim(), content])),
  };
}

function split(text: Traced, added: Added | undefined): Section[] {
  if (added === undefined) return text.units.length === 0 ? [] : [{ text }];
  const string = joined(text);
  const sections: Section[] = [];
  let done = 0; // units of UTF-16
  let unit = 0;
  const take = (end: number, token?: string) => {
    const begin = unit;
    for (; done < end; unit++) done += text.units[unit].length;
    if (unit > begin)
      sections.push({ text: slice(text, begin, unit), ...(token !== undefined && { added: token }) });
  };
  for (const { 0: found, index } of string.matchAll(added.pattern)) {
    take(index);
    take(index + found.length, added.tokens.get(found.trim()));
  }
  take(string.length);
  return sections;
}

/** A character with the marks that combine with it, which normalizers may reorder and put together. */
const CLUSTER = /\P{M}\p{M}*|\p{M}+/gsu;

/** undefined where the normalizer does more than it does to each character with its marks. */
function normalizedText(
  text: Traced,
  normalize: (text: string) => string,
  normalizeCharacter: (character: string) => string,
): Traced | undefined {
  const units: string[] = [];
  const [starts, ends]: [number[], number[]] = [[], []];
  const add = (form: string, start: number, end: number) => {
    for (const unit of form) {
      units.push(unit);
      starts.push(start);
      ends.push(end);
    }
  };
  const string = joined(text);
  let at = 0;
  for (const [cluster] of string.matchAll(CLUSTER)) {
    const characters = Array.from(cluster);
    const forms = characters.map(normalizeCharacter);
    const form = characters.length === 1 ? forms[0] : normalize(cluster);
    if (forms.join('') === form)
      forms.forEach((each, i) => add(each, text.starts[at + i], text.ends[at + i]));
    else add(form, text.starts[at], text.ends[at + characters.length - 1]);
    at += characters.length;
  }
  return units.join('') === normalize(string) ? { units, starts, ends } : undefined;
}

/** Where pieces stand that are cut out of a text, in its order. */
function cutOut(text: Traced, pieces: readonly string[]): Traced[] | undefined {
  const string = joined(text);
  const cut: Traced[] = [];
  let [done, unit] = [0, 0];
  for (const piece of pieces) {
    const at = string.indexOf(piece, done);
    if (at < 0) return undefined;
    for (; done < at; unit++) done += text.units[unit].length;
    const begin = unit;
    for (; done < at + piece.length; unit++) done += text.units[unit].length;
    cut.push(slice(text, begin, unit));
  }
  return cut;
}

const encoder = new TextEncoder();

/** The same of pieces that are all of the text's bytes, a character for each, behind the blank that `add_prefix_space` puts in front. */
function cutBytes(text: Traced, pieces: readonly string[]): Traced[] | undefined {
  const units: string[] = [];
  const [starts, ends]: [number[], number[]] = [[], []];
  text.units.forEach((character, i) => {
    for (const byte of encoder.encode(character)) {
      units.push(String(byte));
      starts.push(text.starts[i]);
      ends.push(text.ends[i]);
    }
  });
  const lengths = pieces.map((piece) => Array.from(piece).length);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (total === units.length + 1) {
    units.unshift(' ');
    starts.unshift(text.starts[0]);
    ends.unshift(text.ends[0]);
  }
  if (total !== units.length) return undefined;
  let done = 0;
  return lengths.map((length) => slice({ units, starts, ends }, done, (done += length)));
}

/** How many characters of a piece each of its tokens stands for. */
function lengthsOf(
  tokens: readonly string[],
  length: number,
  { model }: HubTokenizer,
): readonly number[] | undefined {
  if (tokens.length === 1) return [length]; // all of it, an unknown word as well
  const { continuing_subword_prefix: prefix } = model!.config as {
    continuing_subword_prefix?: string | null;
  };
  const lengths = tokens.map((token, i) => {
    if (token === model!.unk_token) return 1;
    const own = i > 0 && prefix && token.startsWith(prefix) ? token.slice(prefix.length) : token;
    return Array.from(own).length;
  });
  return lengths.reduce((sum, each) => sum + each, 0) === length ? lengths : undefined;
}

/** Whether a part of a tokenizer is of such a type, or a sequence with one. */
export function hasPart(part: Json | undefined, type: string): boolean {
  return partOf(part, type) !== undefined;
}

/** A tokenizer's part of one type, alone or in a sequence. */
export function partOf(part: Json | undefined, type: string): JsonObject | undefined {
  if (!isJsonObject(part)) return undefined;
  if (part.type === type) return part;
  const parts = [part.pretokenizers, part.processors].find(Array.isArray) ?? [];
  return parts.map((each: Json) => partOf(each, type)).find((found) => found !== undefined);
}
