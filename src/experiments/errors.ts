import { UserError } from '../core/errors.ts';

export function tooManyKinds(path: string, limit: number): UserError {
  return new UserError(`${path}: expected predictions, found more than ${limit} different outcomes`);
}

export function predictionsOfNoTask(task: string | undefined, known: readonly string[]): UserError {
  return new UserError(
    `recipe.peft.yaml: expected a task of which predictions can be shown (${known.join(', ')}), found ${task ?? 'none'}`,
  );
}
