import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { UserError } from '../../../src/core/errors.ts';

/**
 * A temporary folder that is removed after the tests of the file; `write` puts a file there and gives its path, `fault` gives the message
 * with which reading fails, which has to be a sentence for the user, with the folder taken out of it.
 */
export function testFolder() {
  const path = mkdtempSync(join(tmpdir(), 'data-test-'));
  afterAll(() => rmSync(path, { recursive: true }));
  return {
    path,
    write: (name: string, content: string | Uint8Array) => {
      writeFileSync(join(path, name), content);
      return join(path, name);
    },
    fault: async (reading: Promise<unknown>) => {
      const error = await reading.then(
        () => expect.unreachable('no error'),
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(UserError);
      return (error as UserError).message.replaceAll(`${path}/`, '');
    },
  };
}
