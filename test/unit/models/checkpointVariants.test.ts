import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkpointVariants, writeVariant } from '../../support/checkpointVariants.ts';
import { difference, expectClose, TOLERANCE } from '../../support/closeness.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyBert } from '../../support/tinyBert.ts';
import { logitsOf, openWithoutDropout } from '../../support/tunedModel.ts';

/** Of a half format four times a weight's largest relative rounding error, which grows on its way to the logits. */
const ALLOWED = { F32: TOLERANCE, F16: 4 * 2 ** -11, BF16: 4 * 2 ** -8 };

it.each(checkpointVariants)('$name: the same logits', async (variant) => {
  const dir = join(temporaryFolder(), 'model');
  await writeVariant(dir, variant);
  const { inputs, logits } = tinyBert.outputs;
  const { dtype = 'F32' } = variant;
  const found = await logitsOf(await openWithoutDropout(dir), inputs);
  expectClose('logits', found, logits, ALLOWED[dtype]);
  if (dtype !== 'F32') expect(difference(found, logits)).toBeGreaterThan(TOLERANCE); // it was rounded
});
