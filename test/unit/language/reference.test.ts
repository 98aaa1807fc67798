import { format, resolveConfig } from 'prettier';
import { expect, test } from 'vitest';
import { problemCodes, type ProblemCode } from '../../../src/recipe/problemCodes.ts';
import { lineOfCode, recipeReference } from '../../../src/language/recipeReference.ts';

const file = new URL('../../../docs/recipe-reference.md', import.meta.url).pathname;

async function formatted(): Promise<string> {
  const options = { ...(await resolveConfig(file)), filepath: file };
  return format(recipeReference(), options);
}

/** A file snapshot. */
test('docs/recipe-reference.md is what the schemas say (renew it: bash scripts/reference.sh)', async () => {
  await expect(await formatted()).toMatchFileSnapshot(file);
});

test('every problem code is explained on the line that diagnostics point at', async () => {
  const lines = (await formatted()).split('\n');
  for (const code of Object.keys(problemCodes) as ProblemCode[])
    expect(lines[lineOfCode(code) - 1]).toBe(`### \`${code}\``);
});
