import { closeSync, fstatSync, openSync, readSync, renameSync, writeFileSync, writeSync } from 'node:fs';

export interface RunLog {
  write(text: string): void;
  close(): void;
}

/**
 * Opens `trainer.log` for appending. When it would exceed `limitBytes`, its middle is left out: the first and the last
 * quarter of the limit stay.
 */
export function openRunLog(path: string, limitBytes = 4 << 20): RunLog {
  let file = openSync(path, 'a+');
  let size = fstatSync(file).size;
  return {
    write(text) {
      const bytes = Buffer.from(text);
      if (size + bytes.length > limitBytes) {
        const quarter = Math.floor(limitBytes / 4);
        const shortened = Buffer.concat([
          readAt(file, 0, quarter),
          Buffer.from('\n... lines left out: the log reached its limit ...\n'),
          readAt(file, Math.max(quarter, size - quarter), quarter),
        ]);
        writeFileSync(`${path}.tmp`, shortened);
        closeSync(file);
        renameSync(`${path}.tmp`, path);
        file = openSync(path, 'a+');
        size = shortened.length;
      }
      size += writeSync(file, bytes);
    },
    close: () => closeSync(file),
  };
}

function readAt(file: number, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  return buffer.subarray(0, readSync(file, buffer, 0, length, position));
}
