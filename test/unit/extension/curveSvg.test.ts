import { describe, expect, it } from 'vitest';
import { curveSvg } from '../../../src/extension/editor/curveSvg.ts';

const curve = (metric: string, value: number[]) => ({ metric, value, step: value.map((_, i) => i * 10) });

describe('curveSvg', () => {
  it('draws each curve between the bounds of its axis', () => {
    const svg = curveSvg([curve('train/loss', [2, 1])], curve('validation/accuracy', [0.5]), 'light')!;
    expect(svg).toContain('points="48.0,28.0 432.0,192.0"');
    expect(svg.match(/<polyline/g)).toHaveLength(2);
  });

  it('has colours for the ground it lies on', () => {
    const [light, dark] = (['light', 'dark'] as const).map((ground) =>
      curveSvg([curve('train/loss', [2, 1])], undefined, ground),
    );
    expect(light).not.toBe(dark);
  });

  it('stays below 20 kB as base64 however many points there are', () => {
    const long = (metric: string) =>
      curve(
        metric,
        Array.from({ length: 600 }, (_, i) => Math.sin(i) * 123.456),
      );
    const svg = curveSvg([long('train/loss'), long('validation/loss')], long('validation/accuracy'), 'dark')!;
    expect(Buffer.from(svg).toString('base64').length).toBeLessThan(20_000);
  });

  it('is nothing without numbers, and shows markup in names as text', () => {
    expect(curveSvg([curve('train/loss', [Number.NaN])], undefined, 'light')).toBeUndefined();
    const svg = curveSvg([], curve('<script>&', [1]), 'light')!;
    expect(svg).toContain('&lt;script>&amp;');
    expect(svg).not.toContain('<script');
  });
});
