import { shown } from '../checkpoints/errors.ts';
import { UserError } from '../core/errors.ts';

export function unknownPeftType(file: string, known: readonly string[], found: unknown): UserError {
  return new UserError(
    `${file}: expected peft_type to be one of ${known.join(', ')}, which this version reads, found ${shown(found)}`,
  );
}

/** `fault`: the field, what was expected there and what was found. */
export function otherPeftConfig(file: string, fault: string): UserError {
  return new UserError(`${file}: ${fault}`);
}
