import { UserError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import { at, type FilePlace } from '../core/row.ts';

export function unknownTask(found: string, known: readonly string[]): UserError {
  const meant = nearest(found, known);
  return new UserError(
    `task.type: expected one of ${known.join(', ')}, found ${JSON.stringify(found)}`,
    meant === undefined ? undefined : `Did you mean ${JSON.stringify(meant)}?`,
  );
}

/** `id`: of an architecture. */
export function predictsNoText(id: string): UserError {
  return new UserError(`expected a model that predicts the next token, such as GPT-2, found ${id}`);
}

export function promptEmpty(file: string, place: FilePlace): UserError {
  return new UserError(
    `${at(file, place)}: expected a prompt, found none: the columns of \`prompt\` are empty`,
  );
}

export function completionEmpty(file: string, place: FilePlace, column: string): UserError {
  return new UserError(`${at(file, place)}: expected a text to be written in "${column}", found none`);
}

export function completionTooLong(
  file: string,
  place: FilePlace,
  length: number,
  maxLength: number,
): UserError {
  return new UserError(
    `${at(file, place)}: expected a completion that leaves room for a prompt in ${maxLength} tokens, found one of ${length}`,
    'Shorten it, cut it with `max_completion_length`, or raise `max_length` where the model allows more.',
  );
}

/** `room`: tokens that the question leaves to its context. */
export function questionTooLong(
  { file, place, name }: { readonly file: string; readonly place: FilePlace; readonly name?: string },
  { room, stride }: { readonly room: number; readonly stride: number },
): UserError {
  const question = name === undefined ? 'a question' : `the question ${JSON.stringify(name)}`;
  return new UserError(
    `${at(file, place)}: expected ${question} that leaves more tokens to its context than \`doc_stride\` (${stride}), found room for ${Math.max(0, room)}`,
    'Lower `doc_stride`, or raise `max_length` where the model allows more.',
  );
}
