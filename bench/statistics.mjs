/** Two-sided 95 % critical values of Student's t, by degrees of freedom from 1. */
const tCritical = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145,
];

/** Mean and half the width of its 95 % interval; undefined where one value alone cannot tell. */
export function interval(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2) return { mean, halfWidth: undefined };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const t = tCritical[Math.min(values.length - 1, tCritical.length) - 1];
  return { mean, halfWidth: t * Math.sqrt(variance / values.length) };
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
