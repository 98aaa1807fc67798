import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A temporary folder that is removed after the tests of the file; `write` puts a file there and gives its path. */
export function testFolder() {
  const path = mkdtempSync(join(tmpdir(), 'data-test-'));
  afterAll(() => rmSync(path, { recursive: true }));
  return {
    path,
    write: (name: string, content: string | Uint8Array) => {
      writeFileSync(join(path, name), content);
      return join(path, name);
    },
  };
}
