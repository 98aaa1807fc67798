/** 12 %, 0.4 %; nothing that is there is shown as 0, and nothing that is not all as 100. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.1) return '< 0.1 %';
  if (percent > 99.9 && percent < 100) return '> 99.9 %';
  const digits = percent > 0 && percent < 1 ? 1 : percent > 99 && percent < 100 ? 1 : 0;
  return `${percent.toFixed(digits)} %`;
}
