/**
 * Groups of near-duplicates: texts whose sets of three-word shingles have a high Jaccard similarity J share a band of
 * their MinHash signature with probability 1 - (1 - J^rows)^bands, and texts that share a band are in one group, as are
 * those joined through others (Broder 1997; Leskovec, Rajaraman and Ullman, chapter 3). With 8 bands of 5 hashes J = 0.9
 * is found with probability 0.999, J = 0.5 with 0.22. Words are compared without case and digits.
 * @param {readonly string[]} texts
 * @returns {number[]} for every text the smallest index of its group
 */
export function nearDuplicates(texts) {
  const parent = texts.map((_, i) => i);
  const rootOf = (i) => {
    while (parent[i] !== i) i = parent[i] = parent[parent[i]];
    return i;
  };
  const firstWith = new Map();
  texts.forEach((text, i) => {
    for (const band of bandsOf(text)) {
      const first = firstWith.get(band) ?? i;
      firstWith.set(band, first);
      const [a, b] = [rootOf(first), rootOf(i)];
      parent[Math.max(a, b)] = Math.min(a, b);
    }
  });
  return texts.map((_, i) => rootOf(i));
}

const bandCount = 8;
const rowCount = 5;

function bandsOf(text) {
  const words = text.toLowerCase().match(/[\p{L}]+/gu) ?? [];
  const signature = new Uint32Array(bandCount * rowCount).fill(0xffffffff);
  for (let i = 0; i < Math.max(1, words.length - 2); i++) {
    const shingle = hash(words.slice(i, i + 3).join(' '));
    for (let k = 0; k < signature.length; k++)
      signature[k] = Math.min(signature[k], mix(shingle ^ mix(k + 1)));
  }
  return Array.from({ length: bandCount }, (_, band) =>
    [band, ...signature.subarray(band * rowCount, (band + 1) * rowCount)].join(' '),
  );
}

/** 32-bit FNV-1a of a text's UTF-16 units. */
export function hash(text) {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return mix(value);
}

/** The 32-bit finalizer of MurmurHash3. */
function mix(x) {
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
