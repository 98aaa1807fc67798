import { UserError } from '../core/errors.ts';

export function fileNotLookedAt(file: string): UserError {
  return new UserError(
    `${file} lies outside of the workspace, which is not trusted, so it was not looked at`,
  );
}

export function fileTooLargeForColumns(file: string, most: number): UserError {
  return new UserError(`${file}: expected at most ${most} bytes to look for columns, found more`);
}

export function recipeUnreadable(uri: string, why: string): UserError {
  return new UserError(`${uri} cannot be read: ${why}`);
}
