import { passedEnvironment } from '../core/passedEnvironment.ts';

/**
 * Environment of the language server, as its client takes it: that adds it to the environment of this process, so that what is not passed
 * has to be taken out by name.
 */
export function serverEnvironment(): Record<string, string | undefined> {
  const none = Object.fromEntries(Object.keys(process.env).map((name) => [name, undefined]));
  return { ...none, ...passedEnvironment(process.env) };
}
