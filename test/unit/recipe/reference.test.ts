import { format, resolveConfig } from 'prettier';
import { expect, test } from 'vitest';
import { recipeReference } from '../../../src/recipe/recipeReference.ts';

const file = new URL('../../../docs/recipe-reference.md', import.meta.url).pathname;

const notice = '<!-- Made from the schemas by `bash scripts/reference.sh`; edit those. -->\n\n';

/** A file snapshot. */
test('docs/recipe-reference.md is what the schemas say (renew it: bash scripts/reference.sh)', async () => {
  const options = { ...(await resolveConfig(file)), filepath: file };
  await expect(await format(notice + recipeReference(), options)).toMatchFileSnapshot(file);
});
