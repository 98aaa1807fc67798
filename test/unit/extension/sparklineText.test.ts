import { describe, expect, it } from 'vitest';
import { sparkline, sparklineText } from '../../../src/extension/editor/sparklineText.ts';

const curve = (metric: string, value: number[]) => ({ metric, value, step: value.map((_, i) => i) });

describe('sparkline', () => {
  it('goes from the highest block to the lowest', () => {
    expect(sparkline([8, 7, 6, 5, 4, 3, 2, 1])).toBe('█▇▆▅▄▃▂▁');
  });

  it('resamples to the means of 16 columns', () => {
    const line = sparkline(Array.from({ length: 1000 }, (_, i) => i));
    expect([...line]).toHaveLength(16);
    expect(line).toMatch(/^▁.*█$/);
    expect(sparkline([0, 2, 7, 7], 2)).toBe('▁█');
  });

  it('is of middle height where nothing changes, and leaves out what is no number', () => {
    expect(sparkline([3, 3, 3])).toBe('▅▅▅');
    expect(sparkline([Number.NaN, 1, Number.POSITIVE_INFINITY, 2])).toBe('▁█');
    expect(sparkline([Number.NaN])).toBe('');
  });
});

describe('sparklineText', () => {
  it('says the newest loss and the newest value of the metric', () => {
    const curves = [curve('train/loss', [2, 1, 0.312]), curve('validation/accuracy', [0.5, 0.91])];
    expect(sparklineText(curves, 'validation/accuracy')).toBe('█▄▁ loss 0.312 · accuracy 0.910');
    expect(sparklineText(curves, undefined)).toBe('█▄▁ loss 0.312');
    expect(sparklineText([], 'validation/accuracy')).toBeUndefined();
  });
});
