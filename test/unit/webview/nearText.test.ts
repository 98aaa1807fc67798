import { describe, expect, it } from 'vitest';
import { nearAfter, nearBefore } from '../../../webview/dashboard/evaluation/nearText.ts';

const words = Array.from({ length: 200 }, (_, i) => `word${i}`).join(' ');
const chinese = '河流发源于黑森林'.repeat(100);
const wide = '\u{1F600}'.repeat(400);
const isWellFormed = (text: string) =>
  !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(text);

describe('a text around something', () => {
  it('stays whole where it is short', () => {
    expect(nearBefore('a b ')).toBe('a b ');
    expect(nearAfter(' a b')).toBe(' a b');
  });

  it('is cut between words', () => {
    expect(nearBefore(words)).toMatch(/^… word\d+ .*word199$/);
    expect(nearAfter(words)).toMatch(/^word0 .*word\d+ …$/);
    expect(words).toContain(` ${nearBefore(words).slice(2)}`);
    expect(words).toContain(`${nearAfter(words).slice(0, -2)} `);
  });

  it.each([chinese, `${chinese} ${chinese} `, ` ${chinese}`])('is cut where no blank is near', (text) => {
    expect(nearBefore(text)).toBe(`… ${text.slice(-400)}`);
    expect(nearAfter(text)).toBe(`${text.slice(0, 400)} …`);
  });

  it.each([wide, `x${wide}`, `${wide}x`])('keeps characters of two units whole', (text) => {
    for (const near of [nearBefore(text), nearAfter(text)]) {
      expect(isWellFormed(near)).toBe(true);
      expect(near.length).toBeLessThan(405);
      expect(near.length).toBeGreaterThan(395);
    }
  });
});
