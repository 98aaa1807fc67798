import { describe, expect, it } from 'vitest';
import { decimate, type View } from '../../../webview/dashboard/decimate.ts';
import { type Curve, seedBand } from '../../../webview/dashboard/seedBand.ts';
import { smooth } from '../../../webview/dashboard/smoothing.ts';
import { randomNumbers } from '../../support/randomNumbers.ts';

/** What is kept of arrays that grow must show what fresh arrays of the same values show. */
const fresh = ({ step, x, y }: Curve): Curve => ({ step: [...step], x: [...x], y: [...y] });

function growing(random: () => number) {
  const curve = { step: [] as number[], x: [] as number[], y: [] as number[] };
  return {
    curve,
    grow(count: number) {
      for (let i = 0; i < count; i++) {
        curve.step.push((curve.step.at(-1) ?? 0) + 1 + Math.floor(random() * 3));
        curve.x.push((curve.x.at(-1) ?? -5) + random());
        curve.y.push(random() < 0.02 ? NaN : random() * 3 - 1);
      }
    },
  };
}

describe('curves that grow', () => {
  it('are smoothed as from the start, also after the weight was changed', () => {
    const random = randomNumbers(5);
    const { curve, grow } = growing(random);
    for (let round = 0; round < 200; round++) {
      grow(Math.floor(random() * 4));
      const weight = round % 40 < 20 ? 0.9 : 0.5;
      expect(smooth(curve.y, weight)).toEqual(smooth([...curve.y], weight));
    }
  });

  it('have the band of all their points, whichever seed goes on', () => {
    const random = randomNumbers(6);
    const seeds = [growing(random), growing(random), growing(random)];
    for (let round = 0; round < 200; round++) {
      const count = Math.floor(random() * 4);
      if (random() < 0.3) for (const seed of seeds) seed.grow(count);
      else seeds[Math.floor(random() * 3)].grow(count);
      const members = seeds.map(({ curve }) => curve);
      expect(seedBand(members)).toEqual(seedBand(members.map(fresh)));
    }
  });

  it('have the points of all their columns, on any axis and in any range', () => {
    const random = randomNumbers(7);
    const { curve, grow } = growing(random);
    let view: View = { width: 20, logX: false, logY: false };
    for (let round = 0; round < 400; round++) {
      grow(Math.floor(random() * 8));
      if (round % 50 === 49) {
        const zoomed = random() < 0.5 && { min: random() * 50, max: 60 + random() * 500 };
        view = { width: 10 + random() * 30, logX: random() < 0.4, logY: random() < 0.4, ...zoomed };
      }
      const points = decimate(curve.x, curve.y, view);
      expect(points).toEqual(decimate([...curve.x], [...curve.y], view));
      // Two of a column, of which the width has at most one more than pixels, and the neighbours.
      expect(points.length).toBeLessThanOrEqual(2 * view.width + 6);
    }
  });
});
