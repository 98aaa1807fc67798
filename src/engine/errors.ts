import { UserError } from '../core/errors.ts';

/** `has`: the number formats of the executor. */
export function dtypeMissing(executor: string, dtype: string, has: readonly string[]): UserError {
  return new UserError(
    `${executor}: expected \`model_dtype\` to be ${has.join(' or ')}, found ${dtype}`,
    'Choose another `executor`, or another `model_dtype`.',
  );
}
