import { expect, it } from 'vitest';
import {
  countsOf,
  countsText,
  findingsOf,
  wordsOf,
  type Finding,
  type Severity,
} from '../../../webview/form/findings.ts';
import { nearestPath } from '../../../webview/form/values.ts';

const finding = (severity: Severity, line: number, ...variants: string[]): Finding => ({
  ...{ severity, line, variants, message: `m${line}`, path: '' },
});
const problems = [
  finding('information', 0),
  finding('information', 1, 'a', 'b'),
  finding('warning', 2, 'b'),
  finding('error', 3, 'b', 'c'),
];

it("a variant has what concerns it, the worst first, and not what is the recipe's as a whole", () => {
  const linesOf = (variant?: string) => findingsOf(problems, variant).map(({ line }) => line);
  expect([linesOf('a'), linesOf('b'), linesOf('c'), linesOf('d'), linesOf()]).toEqual([
    [1],
    [3, 2, 1],
    [3],
    [],
    [],
  ]);
});

it('says how many there are, and their words with their places', () => {
  const own = findingsOf(problems, 'b');
  expect(countsText(countsOf(own))).toBe('1 error, 1 warning, 1 note');
  expect(countsText({ error: 2, information: 3 })).toBe('2 errors, 3 notes');
  expect(countsText(countsOf([]))).toBe('No problems');
  expect(own.map(wordsOf)).toEqual(['Line 4, error: m3', 'Line 3, warning: m2', 'Line 2, information: m1']);
});

it('goes to the field itself, or to what is around it', () => {
  const paths = ['model', 'methods.lora', 'methods.lora.r', 'variants.a.methods.lora', ''];
  expect(nearestPath(paths, 'methods.lora.r')).toBe('methods.lora.r');
  expect(nearestPath(paths, 'methods.lora.layers.1')).toBe('methods.lora');
  expect(nearestPath(paths, 'methods.lora_alpha')).toBeUndefined();
  expect(nearestPath(paths, 'variants.a.methods.lora')).toBe('variants.a.methods.lora');
  expect(nearestPath(paths, '')).toBeUndefined();
});
