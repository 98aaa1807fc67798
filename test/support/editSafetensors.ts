import { readFile, writeFile } from 'node:fs/promises';

/** One entry of a safetensors header. */
export interface HeaderEntry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/** Changes the header of a safetensors file, as an object or as text; the data stay as they are. */
export async function editHeader(
  file: string,
  change: (header: Record<string, HeaderEntry>) => void,
  changeText: (json: string) => string = (json) => json,
): Promise<void> {
  const bytes = await readFile(file);
  const end = 8 + Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, end)) as Record<string, HeaderEntry>;
  change(header);
  const json = Buffer.from(changeText(JSON.stringify(header)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  await writeFile(file, Buffer.concat([length, json, bytes.subarray(end)]));
}
