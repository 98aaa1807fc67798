export interface Curve {
  /** Ascending. */
  readonly step: readonly number[];
  /** Place on the axis that is shown: step, seconds or epochs. */
  readonly x: readonly number[];
  readonly y: readonly number[];
}

export interface Band extends Curve {
  /** Of the sample; 0 where one member has a value. */
  readonly deviation: readonly number[];
}

interface Kept {
  readonly members: readonly Curve[];
  readonly lengths: readonly number[];
  readonly band: { readonly [part in keyof Band]: number[] };
}

/** By the first member's y. */
const bands = new WeakMap<readonly number[], Kept>();

/**
 * Mean and standard deviation of the seeds at every step that any of them measured. A member that measured before and after
 * a step, but not at it, counts with the value between (linear); one that has not begun or is over is left out there. `x` is
 * the members' mean too, so that a band over time has the mean speed. The members' arrays may grow at their end and nowhere
 * else: the arrays of the band are then the same, computed again from the first step that a new point can change.
 */
export function seedBand(members: readonly Curve[]): Band {
  if (members.length === 0) return { step: [], x: [], y: [], deviation: [] };
  const before = bands.get(members[0].y);
  const same =
    before?.members.length === members.length &&
    members.every(({ step, x, y }, i) => {
      const other = before.members[i];
      return step === other.step && x === other.x && y === other.y;
    });
  const kept = same ? before : undefined;
  const band = kept?.band ?? { step: [], x: [], y: [], deviation: [] };
  // What a member had measured last stays as it is, and so does all before it.
  const settled = Math.min(
    ...members.map(({ step }, i) => {
      const count = kept?.lengths[i] ?? 0;
      return count === step.length ? Infinity : count === 0 ? -Infinity : step[count - 1];
    }),
  );
  while (band.step.length > 0 && band.step.at(-1)! > settled)
    for (const part of Object.values(band)) part.pop();
  const tail = wholeBand(members.map((member) => tailOf(member, settled)));
  for (let i = 0; i < tail.step.length; i++) {
    if (tail.step[i] <= settled) continue;
    band.step.push(tail.step[i]);
    band.x.push(tail.x[i]);
    band.y.push(tail.y[i]);
    band.deviation.push(tail.deviation[i]);
  }
  bands.set(members[0].y, { members, lengths: members.map(({ step }) => step.length), band });
  return band;
}

/** What came after `step`, with the point before it, from which values between are taken. */
function tailOf(curve: Curve, step: number): Curve {
  let from = curve.step.length;
  while (from > 0 && curve.step[from - 1] > step) from--;
  from = Math.max(0, from - 1);
  if (from === 0) return curve;
  return { step: curve.step.slice(from), x: curve.x.slice(from), y: curve.y.slice(from) };
}

function wholeBand(members: readonly Curve[]): Band {
  const step = unionOf(members.map((member) => member.step));
  const n = new Float64Array(step.length);
  const x = new Float64Array(step.length);
  const mean = new Float64Array(step.length);
  const squares = new Float64Array(step.length);
  for (const member of members) {
    let next = 0;
    for (let i = 0; i < step.length; i++) {
      while (next < member.step.length && member.step[next] < step[i]) next++;
      if (next === member.step.length) break;
      const exact = member.step[next] === step[i];
      if (!exact && next === 0) continue;
      const before = exact ? next : next - 1;
      const gap = member.step[next] - member.step[before];
      const share = gap === 0 ? 0 : (step[i] - member.step[before]) / gap;
      const y = member.y[before] + share * (member.y[next] - member.y[before]);
      if (!Number.isFinite(y)) continue;
      // Welford's running mean and sum of squares.
      n[i]++;
      x[i] += (member.x[before] + share * (member.x[next] - member.x[before]) - x[i]) / n[i];
      const delta = y - mean[i];
      mean[i] += delta / n[i];
      squares[i] += delta * (y - mean[i]);
    }
  }
  const known = [...step.keys()].filter((i) => n[i] > 0);
  return {
    step: known.map((i) => step[i]),
    x: known.map((i) => x[i]),
    y: known.map((i) => mean[i]),
    deviation: known.map((i) => (n[i] > 1 ? Math.sqrt(squares[i] / (n[i] - 1)) : 0)),
  };
}

/** Seeds usually share their steps, the shorter ones being a beginning of the longest: then nothing has to be sorted. */
export function unionOf(lists: readonly (readonly number[])[]): readonly number[] {
  const longest = lists.reduce((best, list) => (list.length > best.length ? list : best), []);
  if (lists.every((list) => list.every((step, i) => step === longest[i]))) return longest;
  const all = Float64Array.from(lists.flat()).sort();
  return [...all.filter((step, i) => i === 0 || step !== all[i - 1])];
}
