import { UserError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';

export function unknownTask(found: string, known: readonly string[]): UserError {
  const meant = nearest(found, known);
  return new UserError(
    `task.type: expected one of ${known.join(', ')}, found ${JSON.stringify(found)}`,
    meant === undefined ? undefined : `Did you mean ${JSON.stringify(meant)}?`,
  );
}
