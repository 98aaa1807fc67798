import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkpointVariants, writeVariant } from '../support/checkpointVariants.ts';
import { expectClose } from '../support/closeness.ts';
import { suiteFolder } from '../support/temporaryFolder.ts';
import { tinyBert } from '../support/tinyBert.ts';
import { logitsOf, openWithoutDropout } from '../support/tunedModel.ts';
import { python } from './python.ts';

const folder = suiteFolder();
const { inputs } = tinyBert.outputs;

const folders = await Promise.all(
  checkpointVariants.map(async (variant, i) => {
    const dir = join(folder, `${i}`);
    await writeVariant(dir, variant);
    return { name: variant.name, dir };
  }),
);
const asked = folders.map((variant) => ({ ...variant, answer: python.loadMerged(variant.dir, inputs) }));

describe('a checkpoint in other form has the logits that Transformers gives it', () => {
  it.each(asked)('$name', async ({ dir, answer }) => {
    const { logits, missing } = await answer;
    expect(missing).toEqual([]);
    expectClose('logits', await logitsOf(await openWithoutDropout(dir), inputs), logits);
  });
});
