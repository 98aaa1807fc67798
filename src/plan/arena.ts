import type { MemoryEvent } from '../trace/liveness.ts';

/**
 * Bytes of real memory that ONNX Runtime's arena comes to hold when a program runs again and again. What is alive at one time tells less:
 * it grows by regions, each twice the last up to 1 GiB, which no value can straddle and which a later run fills in another order than
 * the first, and so touches pages that the first left alone. So the arena's algorithm (onnxruntime/core/framework/bfc_arena.cc: best fit
 * with coalescing, with the defaults of 1.30) is run on the events, twice. Pages count once they have been handed out.
 */
export function arenaBytes(run: readonly MemoryEvent[]): number {
  const arena: Arena = { free: [], regions: [], nextRegion: FIRST_REGION };
  for (let i = 0; i < 2; i++) {
    const taken = new Map<number, Chunk>();
    for (const { value, bytes } of run) {
      const chunk = taken.get(value);
      if (bytes > 0) taken.set(value, take(arena, bytes));
      else if (chunk !== undefined && taken.delete(value)) giveBack(arena, chunk);
    }
    // Outputs: read, and given back before the next run.
    for (const chunk of taken.values()) giveBack(arena, chunk);
  }
  return arena.regions.reduce((sum, ranges) => sum + unionOf(ranges), 0);
}

const ROUNDING = 256;
const FIRST_REGION = 2 ** 20;
const LARGEST_REGION = 2 ** 30;
/** A chunk is handed out whole where less than this, and less than the request itself, would be left over. */
const TOLERATED_WASTE = 128 * 2 ** 20;

interface Chunk {
  readonly region: number;
  readonly offset: number;
  size: number;
  isFree: boolean;
  /** Neighbours in the region. */
  previous?: Chunk;
  next?: Chunk;
}

interface Arena {
  readonly free: Chunk[];
  /** For each region the ranges [start, end) that were ever handed out. */
  readonly regions: [start: number, end: number][][];
  nextRegion: number;
}

function take(arena: Arena, requested: number): Chunk {
  const bytes = Math.ceil(requested / ROUNDING) * ROUNDING;
  const chunk = bestFit(arena, bytes) ?? newRegion(arena, bytes);
  arena.free.splice(arena.free.indexOf(chunk), 1);
  chunk.isFree = false;
  const left = chunk.size - bytes;
  if (left >= bytes || left >= TOLERATED_WASTE) {
    const { region, offset, next } = chunk;
    const rest: Chunk = { region, offset: offset + bytes, size: left, isFree: true, previous: chunk, next };
    if (next !== undefined) next.previous = rest;
    chunk.next = rest;
    chunk.size = bytes;
    arena.free.push(rest);
  }
  arena.regions[chunk.region].push([chunk.offset, chunk.offset + bytes]);
  return chunk;
}

/** The smallest chunk that is large enough; of equal ones that with the lowest address, and new regions lie below old ones. */
function bestFit({ free }: Arena, bytes: number): Chunk | undefined {
  const before = (a: Chunk, b: Chunk) => a.size - b.size || b.region - a.region || a.offset - b.offset;
  return free.reduce<Chunk | undefined>(
    (best, chunk) => (chunk.size >= bytes && (best === undefined || before(chunk, best) < 0) ? chunk : best),
    undefined,
  );
}

function newRegion(arena: Arena, bytes: number): Chunk {
  let size = arena.nextRegion;
  while (size < bytes) size *= 2;
  // One that had to be enlarged sets the size of the next.
  arena.nextRegion = size > arena.nextRegion ? size : Math.min(2 * size, LARGEST_REGION);
  const chunk: Chunk = { region: arena.regions.push([]) - 1, offset: 0, size, isFree: true };
  arena.free.push(chunk);
  return chunk;
}

function giveBack(arena: Arena, chunk: Chunk): void {
  chunk.isFree = true;
  arena.free.push(chunk);
  if (chunk.next?.isFree) absorbNext(arena, chunk);
  if (chunk.previous?.isFree) absorbNext(arena, chunk.previous);
}

function absorbNext({ free }: Arena, chunk: Chunk): void {
  const absorbed = chunk.next as Chunk;
  free.splice(free.indexOf(absorbed), 1);
  chunk.size += absorbed.size;
  chunk.next = absorbed.next;
  if (absorbed.next !== undefined) absorbed.next.previous = chunk;
}

/** Length of the union of ranges. */
function unionOf(ranges: readonly [number, number][]): number {
  let [length, reached] = [0, 0];
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    length += Math.max(0, end - Math.max(start, reached));
    reached = Math.max(reached, end);
  }
  return length;
}
