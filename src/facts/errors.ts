import { UserError } from '../core/errors.ts';

export function modelNotLookedAt(model: string): UserError {
  return new UserError(
    `model: ${JSON.stringify(model)} lies outside of the workspace, which is not trusted, so it was not looked at`,
    'Trust the workspace to use it.',
  );
}
