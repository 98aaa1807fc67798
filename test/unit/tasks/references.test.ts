import { expect, it } from 'vitest';
import type { Row } from '../../../src/core/row.ts';
import { groupReferences } from '../../../src/tasks/references.ts';

const row = (index: number, mr: string, ref: string): Row => ({
  index,
  line: index + 2,
  values: { mr, ref },
});

it('groups rows with one input, wherever they stand, and keeps their order', () => {
  const rows = [
    row(0, 'name[Aromi], eatType[pub]', 'Aromi is a pub.'),
    row(1, 'name[Bibimbap House]', 'There is a Bibimbap House.'),
    row(2, 'name[Aromi], eatType[pub]', 'A pub: Aromi.'),
    row(3, 'name[aromi], eatType[pub]', 'aromi'),
    row(4, 'name[Aromi], eatType[pub]', 'Aromi is a pub.'),
  ];
  expect(groupReferences(rows, 'mr')).toEqual([[rows[0], rows[2], rows[4]], [rows[1]], [rows[3]]]);
  expect(groupReferences([], 'mr')).toEqual([]);
});

it('knows inputs from names of objects', () => {
  const rows = [row(0, '__proto__', 'a'), row(1, 'constructor', 'b'), row(2, '__proto__', 'c')];
  expect(groupReferences(rows, 'mr').map((group) => group.length)).toEqual([2, 1]);
});
