import { UserError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import type { FilePlace } from '../core/row.ts';

export function unknownTask(found: string, known: readonly string[]): UserError {
  const meant = nearest(found, known);
  return new UserError(
    `task.type: expected one of ${known.join(', ')}, found ${JSON.stringify(found)}`,
    meant === undefined ? undefined : `Did you mean ${JSON.stringify(meant)}?`,
  );
}

/** `room`: tokens that the question leaves to its context. */
export function questionTooLong(
  { place, name }: { readonly place: FilePlace; readonly name?: string },
  { room, stride }: { readonly room: number; readonly stride: number },
): UserError {
  const where = typeof place === 'number' ? `line ${place}` : place;
  const question = name === undefined ? 'a question' : `the question ${JSON.stringify(name)}`;
  return new UserError(
    `${where}: expected ${question} that leaves more tokens to its context than \`doc_stride\` (${stride}), found room for ${Math.max(0, room)}`,
    'Lower `doc_stride`, or raise `max_length` where the model allows more.',
  );
}
