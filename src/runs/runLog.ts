import {
  closeSync,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';

export interface RunLog {
  write(text: string): void;
  close(): void;
}

/**
 * Opens `trainer.log` for appending. When it would exceed `limitBytes`, its middle is left out: the first and the last
 * quarter of the limit stay. Where the system refuses that, it grows until a later line shortens it.
 */
export function openRunLog(path: string, limitBytes = 4 << 20): RunLog {
  /** Undefined where it could not be opened again. */
  let file: number | undefined;
  let size = 0;
  const open = () => {
    file = openSync(path, 'a+');
    size = fstatSync(file).size;
    return file;
  };
  const close = () => {
    if (file !== undefined) closeSync(file);
    file = undefined;
  };
  const shorten = (whole: number) => {
    const quarter = Math.floor(limitBytes / 4);
    const beside = `${path}.tmp`;
    try {
      const shortened = Buffer.concat([
        readAt(whole, 0, quarter),
        Buffer.from('\n... lines left out: the log reached its limit ...\n'),
        readAt(whole, Math.max(quarter, size - quarter), quarter),
      ]);
      writeFileSync(beside, shortened);
      close(); // Windows replaces no file that is open
      renameSync(beside, path);
    } catch {
      rmSync(beside, { force: true, recursive: true });
    }
    return file ?? open();
  };
  open();
  return {
    write(text) {
      const bytes = Buffer.from(text);
      let current = file ?? open();
      if (size + bytes.length > limitBytes) current = shorten(current);
      size += writeSync(current, bytes);
    },
    close,
  };
}

function readAt(file: number, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  return buffer.subarray(0, readSync(file, buffer, 0, length, position));
}
