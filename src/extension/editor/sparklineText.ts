import type { Curve } from './curves.ts';

const BLOCKS = '▁▂▃▄▅▆▇█';
const COLUMNS = 16;

/** Values as blocks of different heights, `columns` of them at most; '' for none. Values that are no numbers are left out. */
export function sparkline(values: readonly number[], columns = COLUMNS): string {
  const means = resampled(values.filter(Number.isFinite), columns);
  if (means.length === 0) return '';
  const [low, high] = [Math.min(...means), Math.max(...means)];
  const level = (value: number) =>
    high === low ? BLOCKS.length >> 1 : Math.round(((value - low) / (high - low)) * (BLOCKS.length - 1));
  return means.map((value) => BLOCKS[level(value)]).join('');
}

/** `▇▆▅▃▂▂▁ loss 0.312 · accuracy 0.910`; undefined before anything was measured. */
export function sparklineText(curves: readonly Curve[], metric: string | undefined): string | undefined {
  const loss = curves.find((curve) => curve.metric === TRAIN_LOSS);
  const measured = curves.find((curve) => curve.metric === metric && curve !== loss);
  const line = sparkline((loss ?? measured)?.value ?? []);
  if (line === '') return undefined;
  const figures = [loss, measured].flatMap((curve) => {
    const value = curve?.value.filter(Number.isFinite).at(-1);
    return value === undefined ? [] : `${curve!.metric.split('/').at(-1)} ${value.toPrecision(3)}`;
  });
  return `${line} ${figures.join(' · ')}`;
}

export const TRAIN_LOSS = 'train/loss';

/** Means of equal shares of the values. */
function resampled(values: readonly number[], columns: number): number[] {
  if (values.length <= columns) return [...values];
  return Array.from({ length: columns }, (_, i) => {
    const from = Math.floor((i * values.length) / columns);
    const part = values.slice(from, Math.floor(((i + 1) * values.length) / columns));
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
}
