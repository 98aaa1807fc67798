/** The largest finite number of IEEE 754 half precision. */
export const LARGEST_FLOAT16 = 65504;

/** Widens IEEE 754 half precision numbers (5 bits of exponent, 10 of fraction) into `out` from index `at`. */
export function widenFloat16(halves: Uint16Array, out: Float32Array, at: number): void {
  float16Values ??= Float32Array.from({ length: 65536 }, (_, bits) => float16Value(bits));
  for (let i = 0; i < halves.length; i++) out[at + i] = float16Values[halves[i]];
}

/** Widens bfloat16 numbers, the upper halves of float32 ones, into `out` from index `at`. */
export function widenBFloat16(halves: Uint16Array, out: Float32Array, at: number): void {
  const bits = new Uint32Array(out.buffer, out.byteOffset, out.length);
  for (let i = 0; i < halves.length; i++) bits[at + i] = halves[i] << 16;
}

let float16Values: Float32Array | undefined;

function float16Value(bits: number): number {
  const sign = bits >> 15 === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The nearest IEEE 754 half precision numbers, ties to even, as their bits; beyond 65504 infinity. */
export function narrowToFloat16(x: Float32Array): Uint16Array {
  return narrow(x, (bits) => {
    const sign = (bits >>> 16) & 0x8000;
    const exponent = ((bits >>> 23) & 255) - 112;
    const fraction = bits & 0x7fffff;
    if (exponent === 143) return sign | 0x7c00 | (fraction === 0 ? 0 : 0x200);
    if (exponent >= 31) return sign | 0x7c00;
    if (exponent > 0) return sign | ((exponent << 10) + shifted(fraction, 13)); // a carry goes into the exponent
    // A subnormal number has its leading one in the fraction.
    return exponent < -10 ? sign : sign | shifted(fraction | 0x800000, 14 - exponent);
  });
}

/** The nearest bfloat16 numbers, ties to even, as their bits. */
export function narrowToBFloat16(x: Float32Array): Uint16Array {
  const isNaN = (bits: number) => (bits & 0x7fffffff) > 0x7f800000;
  return narrow(x, (bits) => (isNaN(bits) ? (bits >>> 16) | 0x40 : shifted(bits, 16)));
}

function narrow(x: Float32Array, narrowBits: (bits: number) => number): Uint16Array {
  const bits = new Uint32Array(x.buffer, x.byteOffset, x.length);
  const halves = new Uint16Array(x.length);
  for (let i = 0; i < bits.length; i++) halves[i] = narrowBits(bits[i]);
  return halves;
}

/** bits / 2^by as the nearest integer, ties to even. */
function shifted(bits: number, by: number): number {
  const whole = bits >>> by;
  const rest = bits & (2 ** by - 1);
  const half = 2 ** (by - 1);
  return rest > half || (rest === half && (whole & 1) === 1) ? whole + 1 : whole;
}
