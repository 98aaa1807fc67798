import type {
  BrokenLine,
  PredictionsPage,
  PredictionsQuery,
  PredictionsSummary,
} from '../protocol/predictions/messages.ts';
import { readLine } from '../protocol/predictions/readLine.ts';
import type { PredictionReading } from '../protocol/predictions/reading.ts';
import { tooManyKinds } from './errors.ts';
import {
  eachLine,
  isSameState,
  readLines,
  stateOf,
  withFile,
  type FileState,
  type LinePlace,
} from './lineIndex.ts';

/** A file of predictions, read once: in memory are the places of its lines and what they add up to, not the lines. */
export interface PredictionIndex {
  readonly summary: PredictionsSummary;
  /** Undefined where the file is another one by now. */
  page(
    wanted: Pick<PredictionsQuery, 'having' | 'order' | 'from' | 'count'>,
  ): Promise<PredictionsPage | undefined>;
}

/** Of a longer file, the first lines. */
const LINE_LIMIT = 1_000_000;
/** Ten times what 100 labels need. */
const KEY_LIMIT = 100_000;
const BROKEN_LIMIT = 20;

/** @throws AbortError; UserError for a file that counts more kinds of things than predictions do; Error where it cannot be read */
export function indexPredictions(
  path: string,
  reading: PredictionReading,
  signal: AbortSignal,
  lineLimit = LINE_LIMIT,
): Promise<PredictionIndex> {
  return withFile(path, async (file) => {
    const state = await stateOf(file);
    const places: LinePlace[] = [];
    const ranks: (number | undefined)[] = [];
    const sums = new Map<string, number>();
    const having = new Map<string, number[]>();
    const first: BrokenLine[] = [];
    let broken = 0;
    let isCut = false;
    const add = (text: string | undefined, number: number, place: LinePlace) => {
      const read = text === undefined ? { problem: 'expected at most 4 MB' } : readLine(reading, text);
      if ('problem' in read) {
        broken += 1;
        if (first.length < BROKEN_LIMIT) first.push({ line: number, problem: read.problem });
        return;
      }
      for (const [key, count] of reading.tally(read.line)) {
        sums.set(key, (sums.get(key) ?? 0) + count);
        const members = having.get(key) ?? [];
        if (members.push(places.length) === 1) having.set(key, members);
      }
      if (sums.size > KEY_LIMIT) throw tooManyKinds(path, KEY_LIMIT);
      places.push(place);
      ranks.push(reading.rank(read.line));
    };
    await eachLine(
      file,
      ({ text, number, place }) => {
        isCut = places.length + broken >= lineLimit;
        if (!isCut) add(text, number, place);
        return !isCut;
      },
      signal,
    );
    const summary: PredictionsSummary = {
      count: places.length,
      tally: Object.fromEntries(sums),
      isRanked: ranks.some((rank) => rank !== undefined),
      broken: { count: broken, first },
      isCut,
    };
    return { summary, page: pagesOf(path, reading, { state, places, ranks, having }) };
  });
}

function pagesOf(
  path: string,
  reading: PredictionReading,
  {
    state,
    places,
    ranks,
    having,
  }: {
    readonly state: FileState;
    readonly places: readonly LinePlace[];
    readonly ranks: readonly (number | undefined)[];
    readonly having: ReadonlyMap<string, readonly number[]>;
  },
): PredictionIndex['page'] {
  const orders = { file: () => Array.from(places.keys()), worst: () => worstFirst(ranks) };
  /** Of whole files, and of the choice that was asked for last: pages are turned. */
  const known = new Map<string, readonly number[]>();
  const whole = (order: keyof typeof orders) => {
    const list = known.get(order) ?? orders[order]();
    known.set(order, list);
    return list;
  };
  let last: { readonly name: string; readonly list: readonly number[] } | undefined;
  const chosen = (key: string | undefined, order: keyof typeof orders): readonly number[] => {
    if (key === undefined) return whole(order);
    const name = `${order} ${key}`;
    if (last?.name === name) return last.list;
    const members = new Set(having.get(key) ?? []);
    const list = whole(order).filter((index) => members.has(index));
    last = { name, list };
    return list;
  };
  return async ({ having: key, order, from, count }) => {
    const list = chosen(key, order);
    const wanted = list.slice(from, from + count).map((index) => places[index]);
    return withFile(path, async (file) => {
      if (!isSameState(await stateOf(file), state)) return undefined;
      const lines = (await readLines(file, wanted)).flatMap((text) => {
        const read = readLine(reading, text);
        return 'line' in read ? read.line : [];
      });
      return { matching: list.length, lines };
    });
  };
}

/** Indices by falling rank, equal ones and those without a rank in the order of the file, the latter at the end. */
export function worstFirst(ranks: readonly (number | undefined)[]): number[] {
  const keys = Float64Array.from(ranks, (rank) => rank ?? -1);
  // Subtraction would make NaN of two infinite ones.
  return Array.from(ranks.keys()).sort((a, b) => (keys[a] === keys[b] ? a - b : keys[a] < keys[b] ? 1 : -1));
}
