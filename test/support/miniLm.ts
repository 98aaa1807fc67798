import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../src/core/errors.ts';
import { resolveModel } from '../../src/hub/resolveModel.ts';

const quickstart = fileURLToPath(new URL('../../.cache/models/all-MiniLM-L6-v2', import.meta.url));

/** The folder of all-MiniLM-L6-v2 as the quickstart leaves it or the Hugging Face cache has it; undefined, and said so, without one. */
export async function findMiniLm(): Promise<string | undefined> {
  if (existsSync(quickstart)) return quickstart;
  try {
    return await resolveModel('sentence-transformers/all-MiniLM-L6-v2', { recipeDir: '.', env: process.env });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.warn(
      'all-MiniLM-L6-v2 is not on this machine (npm run quickstart fetches it): its tests are skipped',
    );
    return undefined;
  }
}
