import { expect, it } from 'vitest';
import { manyLines, oneLine } from '../../../src/extension/commands/oneLine.ts';

it.each(['{a}\n\n{b}:\t', 'C:\\new', '\\', '\\n', 'a\\\nb', ''])(
  '%j has one line, and comes back',
  (text) => {
    expect(oneLine(text)).not.toMatch(/[\n\t]/);
    expect(manyLines(oneLine(text))).toBe(text);
  },
);

it('leaves a backslash that stands for nothing', () => {
  expect(manyLines('a\\d\\n')).toBe('a\\d\n');
});
