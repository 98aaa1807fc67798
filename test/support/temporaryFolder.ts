import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';

/** A folder that is gone when the test is over. */
export function temporaryFolder(): string {
  const dir = made();
  onTestFinished(() => removed(dir));
  return dir;
}

/** A folder that is gone when the test file is over. */
export function suiteFolder(): string {
  const dir = made();
  afterAll(() => removed(dir));
  return dir;
}

const made = () => mkdtempSync(join(tmpdir(), 'peft-workbench-'));
const removed = (dir: string) => rmSync(dir, { recursive: true, force: true });
