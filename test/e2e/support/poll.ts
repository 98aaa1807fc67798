import { setTimeout as delay } from 'node:timers/promises';

/** Asks again until there is an answer. @throws Error that names what was waited for */
export async function poll<T>(
  what: string,
  ask: () => Promise<T | undefined> | T | undefined,
  { withinMs = 30_000, everyMs = 200 } = {},
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await ask();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`expected ${what} within ${withinMs / 1000} s, found none`);
    await delay(everyMs);
  }
}
