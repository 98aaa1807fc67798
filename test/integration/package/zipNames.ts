import { readFileSync } from 'node:fs';

/** Names of the files in a zip, from its central directory (APPNOTE.TXT 4.3.12 and 4.3.16; no zip64). */
export function zipNames(path: string): string[] {
  const bytes = readFileSync(path);
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0) throw new Error(`${path}: expected the end record of a zip, found none`);
  let at = bytes.readUInt32LE(end + 16);
  return Array.from({ length: bytes.readUInt16LE(end + 10) }, () => {
    const [name, extra, comment] = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field));
    const text = bytes.toString('utf8', at + 46, at + 46 + name);
    at += 46 + name + extra + comment;
    return text;
  });
}
