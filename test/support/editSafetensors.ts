import { readFile, writeFile } from 'node:fs/promises';

/** One entry of a safetensors header. */
export interface HeaderEntry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/** Changes the entries in the header of a safetensors file, or its JSON text; the data stay as they are. */
export async function editHeader(
  file: string,
  change: (header: Record<string, HeaderEntry>) => void,
  changeText: (json: string) => string = (json) => json,
): Promise<void> {
  const bytes = await readFile(file);
  const end = 8 + Number(bytes.readBigUInt64LE(0));
  const { __metadata__, ...entries } = JSON.parse(bytes.toString('utf8', 8, end)) as Record<
    string,
    HeaderEntry
  >;
  change(entries);
  const json = Buffer.from(changeText(JSON.stringify({ __metadata__, ...entries })));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  await writeFile(file, Buffer.concat([length, json, bytes.subarray(end)]));
}
