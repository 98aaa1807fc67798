import { fileEmpty, notUtf8 } from './errors.ts';
import type { FileRecords, Reader } from './reader.ts';

/** A data file's text. */
export interface Text {
  /** As the caller named it; messages repeat it. */
  readonly file: string;
  /** Without a byte order mark; not blank. */
  readonly text: string;
}

/** A reader of a format of texts. Its files are UTF-8. */
export function textReader({
  parse,
  ...format
}: Pick<Reader, 'format' | 'extension'> & { readonly parse: (text: Text) => FileRecords }): Reader {
  return {
    ...format,
    read: ({ file, bytes }) => {
      const text = decodeUtf8(file, bytes);
      if (text.trim() === '') throw fileEmpty(file);
      return parse({ file, text });
    },
  };
}

function decodeUtf8(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const offset = firstInvalidByte(bytes);
    const line = 1 + bytes.subarray(0, offset).filter((byte) => byte === 0x0a).length;
    throw notUtf8(file, line, offset);
  }
}

/** Offset of the first byte that starts no well-formed sequence (Unicode 15, table 3-7). */
function firstInvalidByte(bytes: Uint8Array): number {
  const character =
    /[\x00-\x7f]|[\xc2-\xdf][\x80-\xbf]|(?:\xe0[\xa0-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]|\xed[\x80-\x9f])[\x80-\xbf]|(?:\xf0[\x90-\xbf]|[\xf1-\xf3][\x80-\xbf]|\xf4[\x80-\x8f])[\x80-\xbf]{2}/y;
  const text = Buffer.from(bytes).toString('latin1');
  let offset = 0;
  while (character.test(text)) offset = character.lastIndex;
  return offset;
}
