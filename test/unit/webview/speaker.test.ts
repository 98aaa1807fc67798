import { afterEach, expect, it, vi } from 'vitest';
import { speaker } from '../../../webview/shared/speaker.ts';

const strings = { shown: '{0} of {1} are shown', none: 'Nothing' } as const;

afterEach(() => void vi.unstubAllGlobals());

it('says English where nothing else is known, with its values in place', () => {
  expect(speaker(strings)('shown', 1, '{0}')).toBe('1 of {0} are shown');
});

it('says what the editor translated, and English for the rest', () => {
  const textContent = JSON.stringify({ [strings.shown]: 'Von {1} sind {0} zu sehen' });
  vi.stubGlobal('document', { getElementById: (id: string) => (id === 'l10n' ? { textContent } : null) });
  const say = speaker(strings);
  expect(say('shown', 1, 2)).toBe('Von 2 sind 1 zu sehen');
  expect(say('none')).toBe('Nothing');
});
