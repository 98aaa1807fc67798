import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';

// The scripts are plain JavaScript, so that they run before anything is built.
const { bundlePath, bundleText } = await vi.importActual<{ bundlePath: string; bundleText(): string }>(
  '../../../scripts/l10n.mjs',
);

test('the bundle of texts is that of the sources (node scripts/l10n.mjs writes it)', () => {
  expect(readFileSync(bundlePath, 'utf8')).toBe(bundleText());
});

test('it has the texts of the extension and of both pages', () => {
  const bundle = JSON.parse(bundleText()) as Record<string, string>;
  for (const text of ['Start which recipe?', 'Training dashboard', 'Takes a number above {0} and below {1}.'])
    expect(bundle[text]).toBe(text);
});
