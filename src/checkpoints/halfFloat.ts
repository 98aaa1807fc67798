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
