const grouped = new Intl.NumberFormat('en-US');

/** Four significant digits; very small and very large values as powers of ten. Empty for an absent value. */
export function formatValue(value: number | undefined): string {
  if (value === undefined) return '';
  if (!Number.isFinite(value)) return `${value}`;
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(2).replace(/\.?0*e\+?/, 'e');
  if (size >= 1000) return grouped.format(Math.round(value));
  return `${Number(value.toPrecision(4))}`;
}

export function formatCount(value: number | undefined): string {
  return value === undefined ? '' : grouped.format(value);
}

/** Numbers of parameters, short: 950, 36.9 k, 1.2 M. */
export function formatSize(value: number | undefined): string {
  if (value === undefined) return '';
  for (const [unit, name] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    // What would be rounded to 1000 of a unit is 1 of the next.
    if (value >= unit * 0.9995) return `${Number((value / unit).toPrecision(3))} ${name}`;
  }
  return `${value}`;
}

/** Mean ± standard deviation: two digits of the deviation, but not more than four of the mean. */
export function formatSpread(mean: number, deviation: number | undefined): string {
  if (deviation === undefined) return formatValue(mean);
  const digits = (value: number, count: number) => count - 1 - Math.floor(Math.log10(Math.abs(value)));
  const most = mean === 0 ? 4 : digits(mean, 4);
  const decimals = Math.min(20, Math.max(0, deviation > 0 ? Math.min(digits(deviation, 2), most) : most));
  return `${mean.toFixed(decimals)} ± ${deviation.toFixed(decimals)}`;
}

/** With its sign, as differences are written. */
export function formatSigned(value: number): string {
  return `${value < 0 ? '−' : '+'}${formatValue(Math.abs(value))}`;
}

/** 48 s, 5 min 12 s, 2 h 05 min. */
export function formatDuration(ms: number | undefined): string {
  if (ms === undefined) return '';
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  const two = (value: number) => `${value}`.padStart(2, '0');
  if (minutes < 60) return `${minutes} min ${two(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}
