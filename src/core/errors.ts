/**
 * The input is unusable: one sentence that says what was expected, what was found and where, and, where there is
 * one, the remedy. Made only by the named functions of each folder's `errors.ts`. The command line prints it
 * without a stack and exits with 2.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  constructor(
    message: string,
    readonly remedy?: string,
  ) {
    super(remedy === undefined ? message : `${message}\n  ${remedy}`);
  }
}

/** A run that started could not go on (NaN loss, disk, device). The last good checkpoint is kept; exit status 1. */
export class RunFailure extends Error {
  override readonly name = 'RunFailure';
}

/** A negative answer to a question that was asked properly (`check` found errors, `export` has no such form); exit status 1. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** A state that cannot occur unless this program has a bug. */
export function internal(what: string): never {
  throw new Error(`internal: ${what}`);
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
