import { describe, expect, it } from 'vitest';
import { arenaBytes } from '../../../src/plan/arena.ts';

const MB = 2 ** 20;
const take = (value: number, bytes: number) => ({ value, bytes });
const free = (value: number) => ({ value, bytes: 0 });

describe('memory that the arena holds', () => {
  it('is what was handed out, in units of 256 bytes', () => {
    expect(arenaBytes([take(1, 1)])).toBe(256);
    expect(arenaBytes([take(1, 1000), take(2, 1024)])).toBe(2048);
  });

  it('is used again once it is given back', () => {
    expect(arenaBytes([take(1, MB), free(1), take(2, MB), free(2)])).toBe(MB);
  });

  it('coalesces neighbours', () => {
    const halves = [take(1, MB / 2), take(2, MB / 2), free(1), free(2)];
    expect(arenaBytes([...halves, take(3, MB)])).toBe(MB);
    expect(arenaBytes([...halves.slice(0, 3), take(3, MB)])).toBe(2 * MB);
  });

  it('the smallest chunk that fits is taken', () => {
    // The second megabyte's region of 2 MiB leaves 1 MiB; half a megabyte goes there rather than anywhere new.
    expect(arenaBytes([take(1, MB), take(2, MB), take(3, MB / 2)])).toBe(2.5 * MB);
  });

  it('a second run may touch what the first did not: new regions lie below old ones and are filled first', () => {
    // Regions of 1 GiB: one is filled, the next begun; the next run fills the new one and needs the rest of the old.
    const quarter = 256 * MB;
    const values = Array.from({ length: 5 }, (_, i) => take(i, quarter));
    const run = [take(99, 1024 * MB), free(99), ...values, ...values.map(({ value }) => free(value))];
    expect(arenaBytes(run)).toBeGreaterThan(5 * quarter);
    expect(arenaBytes(run)).toBeLessThanOrEqual(2048 * MB);
  });
});
