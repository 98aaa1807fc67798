/** A value with `digits` significant digits after the point; `-` where there is none. */
export function fixed(value: number | undefined, digits: number): string {
  return value === undefined ? '-' : value.toFixed(digits);
}

/** A count with its thousands apart; `-` where there is none. */
export function count(value: number | undefined): string {
  return value === undefined ? '-' : Math.round(value).toLocaleString('en-US');
}

/** `1,000 steps`, `1 step` */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** `1:02:03` or `2:03`, hours only where there are any. */
export function duration(elapsedMs: number): string {
  const seconds = Math.round(elapsedMs / 1000);
  const two = (part: number) => String(part).padStart(2, '0');
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** `12.3 MB`, in powers of 1000, as files are listed. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, value)) / 3));
  return `${power === 0 ? value : (value / 1000 ** power).toFixed(1)} ${units[power]}`;
}

/** The lines of a message, such as a fault and its remedy, as sentences on one line. */
export function oneLine(message: string): string {
  return message.split('\n').map(clause).filter(Boolean).join('. ');
}

/** A sentence on one line and without its full stop, to stand within another. */
export function clause(sentence: string): string {
  return sentence.replace(/\s+/g, ' ').trim().replace(/\.$/, '');
}
