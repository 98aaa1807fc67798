import { messageOf, RunFailure, UserError } from '../core/errors.ts';

export function folderInUse(dir: string, found: 'a file' | 'a folder with files in it'): UserError {
  return new UserError(
    `${dir}: expected no such folder or an empty one, found ${found}`,
    'Name another folder, or remove this one first.',
  );
}

export function writeFailed(path: string, error: unknown): RunFailure {
  return new RunFailure(`${path}: could not be written: ${messageOf(error)}`);
}
