import { UserError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';

export function unknownArchitecture(found: unknown, known: readonly string[]): UserError {
  const meant = typeof found === 'string' ? nearest(found, known) : undefined;
  return new UserError(
    `config.json: model_type is ${JSON.stringify(found) ?? 'missing'}; this version knows ${known.join(', ')}` +
      (meant === undefined ? '' : ` (did you mean "${meant}"?)`),
  );
}

export function badConfigField(field: string, expected: string, found: unknown): UserError {
  return new UserError(
    `config.json: expected ${field} to be ${expected}, found ${JSON.stringify(found) ?? 'nothing'}`,
  );
}
