import { Parser } from 'yaml';
import type { TextEdit } from './edit.ts';
import { atomsOf, isFirstOfLine, type Atom, type Level } from './formatAtoms.ts';
import { spliced, type Splice } from './splices.ts';
import { textPositions } from './textPositions.ts';
import { readYaml } from './yamlDocument.ts';
import { plainOf } from './yamlNode.ts';

/**
 * The changes that give a recipe its usual form: two spaces a level, one space inside of braces and behind signs, at most one blank line,
 * one line's end behind all. Nothing but space is touched, so that comments, order, quotes and numbers stay. Pure, and never throws.
 * @returns no change where the text has faults
 */
export function formatRecipe(text: string): TextEdit[] {
  const { root } = readYaml(text);
  if (root === undefined) return [];
  const atoms = atomsOf([...new Parser().parse(text)], text);
  if (atoms === undefined || atoms.length === 0) return [];

  const splices = splicesFor(atoms, text).filter(
    ({ start, end, text: next }) => text.slice(start, end) !== next,
  );
  const formatted = spliced([{ text, at: 0 }], splices)
    .map((piece) => piece.text)
    .join('');
  // YAML has more forms than those that are met in recipes: where one would read otherwise, the text stays.
  const { root: after } = readYaml(formatted);
  if (after === undefined || JSON.stringify(plainOf(after)) !== JSON.stringify(plainOf(root))) return [];
  const positionOf = textPositions(text);
  return splices.map(({ start, end, text: newText }) => ({
    range: { start: positionOf(start), end: positionOf(end) },
    newText,
  }));
}

function splicesFor(atoms: readonly Atom[], text: string): Splice[] {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const entryBefore = lastEntries(atoms);
  const entryBehind = lastEntries([...atoms].reverse()).reverse();
  const splices = atoms.flatMap((atom, index) => {
    const before = atoms[index - 1];
    const start = before === undefined ? 0 : endOf(before);
    return [{ start, end: atom.start, text: gapBefore(index) }, ...innerSplices(atom)];
  });
  const last = atoms[atoms.length - 1];
  if (last.kind === 'block') return splices;
  return [...splices, { start: endOf(last), end: text.length, text: eol }];

  function gapBefore(index: number): string {
    const [before, atom] = [atoms[index - 1], atoms[index]] as const;
    const gap = text.slice(before === undefined ? 0 : endOf(before), atom.start);
    if (atom.kind === 'block') return gap;
    if (!isFirstOfLine(before, atom.start, text)) return spaceBetween(before, atom, gap);
    const most = before === undefined ? 0 : before.kind === 'block' ? 1 : 2;
    const lines = Math.min(most, gap.split('\n').length - 1);
    return eol.repeat(lines) + ' '.repeat(atom.indent ?? commentIndent(index));
  }

  /** A comment goes with the entry below it, or, where it stands deeper than that, with those above it. */
  function commentIndent(index: number): number {
    const column = columnOf(atoms[index].start);
    const next = entryBehind[index];
    if (next !== undefined && column <= columnOf(next.start)) return next.indent ?? 0;
    let level: Level | undefined = entryBefore[index]?.level;
    while (level !== undefined && level.column > column) level = level.outer;
    return level?.indent ?? 0;
  }

  /** Of the lines of an atom after its first; those of a block scalar's content are all moved alike. */
  function innerSplices({ kind, start, source, indent = 0, level }: Atom): Splice[] {
    const lines = [...source.matchAll(/(^|\n)( *)(?=[^\s])/g)].filter(
      ({ 1: end }) => kind === 'block' || end !== '',
    );
    const shift = level.indent - level.column;
    return lines.map(({ index, 1: end, 2: space }) => {
      const from = start + index + end.length;
      const width = kind === 'block' ? Math.max(0, space.length + shift) : indent;
      return { start: from, end: from + space.length, text: ' '.repeat(width) };
    });
  }

  function columnOf(offset: number): number {
    return offset - (text.lastIndexOf('\n', offset - 1) + 1);
  }
}

/** For each atom, the last one up to it that is no comment. */
function lastEntries(atoms: readonly Atom[]): (Atom | undefined)[] {
  let last: Atom | undefined;
  return atoms.map((atom) => (last = atom.kind === 'comment' ? last : atom));
}

/** Between two atoms of one line. Comments stay where they are: they may be aligned. */
function spaceBetween({ kind: left }: Atom, { kind: right }: Atom, gap: string): string {
  if (right === 'comment') return gap;
  if (right === ',' || right === ':' || right === ']' || left === '[') return '';
  if (left === '{' && right === '}') return '';
  return left === '{' || right === '}' || left === ':' || left === ',' || left === '-' ? ' ' : gap;
}

function endOf({ start, source }: Atom): number {
  return start + source.length;
}
