/**
 * Counter-based random numbers: every value is a pure function of a key and an index, so that a resumed run, another
 * executor or another recipe with the same seed draws the same numbers without any state being carried along.
 * The mixing function is the 32-bit finalizer of MurmurHash3 (public domain, A. Appleby), applied twice with the key
 * added in between; all arithmetic is modulo 2^32.
 */
function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}

/** A 32-bit key from any number of integers or strings; their order matters. */
export function keyOf(...parts: readonly (number | string)[]): number {
  let key = 0x9e3779b9 | 0;
  for (const part of parts) {
    if (typeof part === 'number') {
      key = mix(key ^ mix((part | 0) + 0x7f4a7c15));
      key = mix(key ^ mix(Math.floor(part / 4294967296) | 0));
    } else {
      for (let i = 0; i < part.length; i++)
        key = mix((key + Math.imul(part.charCodeAt(i) + 1, 0x9e3779b1)) | 0);
      key = mix(key ^ part.length);
    }
  }
  return key | 0;
}

/** The `index`-th signed 32-bit integer of the stream `key`, uniform over all of them. */
export function int32At(key: number, index: number): number {
  return mix((mix((index + key) | 0) + Math.imul(key, 0x9e3779b1)) | 0) | 0;
}

/** The first `count` integers of the stream `key`. */
export function int32s(key: number, count: number): Int32Array {
  const out = new Int32Array(count);
  for (let i = 0; i < count; i++) out[i] = int32At(key, i);
  return out;
}

/** The `index`-th number of the stream `key`, uniform in [0, 1), a multiple of 2^-32. */
export function uniformAt(key: number, index: number): number {
  return (int32At(key, index) >>> 0) / 4294967296;
}

/** Numbers of the stream `key`, uniform in [0, 1), float32. */
export function uniforms(key: number, count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => uniformAt(key, i));
}

/** Standard normal numbers of the stream `key`, float32 (Box and Muller 1958). */
export function normals(key: number, count: number): Float32Array {
  const out = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - uniformAt(key, i)));
    const angle = 2 * Math.PI * uniformAt(key, i + 1);
    out[i] = radius * Math.cos(angle);
    if (i + 1 < count) out[i + 1] = radius * Math.sin(angle);
  }
  return out;
}

/** A permutation of 0 .. count-1 (Fisher and Yates), the same for the same key. */
export function permutation(key: number, count: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(uniformAt(key, i) * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
