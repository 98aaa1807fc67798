import type { CST } from 'yaml';

/** Spaces of one level. */
const STEP = 2;

/** A word or sign of the text; what stands between two is space, which is all that formatting changes. */
export interface Atom {
  /** `block` is the content of a block scalar, `text` every other word; a sign is its own kind. */
  readonly kind: 'text' | 'block' | 'comment' | '{' | '}' | '[' | ']' | ':' | ',' | '-';
  readonly start: number;
  readonly source: string;
  /** The column where it is to stand if it is the first of its line, and its further lines; undefined for a comment between entries. */
  readonly indent: number | undefined;
  /** The block that it stands in. */
  readonly level: Level;
}

/** A mapping or list without brackets: the column of its entries as it is, and as it is to be. */
export interface Level {
  readonly column: number;
  readonly indent: number;
  readonly outer?: Level;
}

/** The atoms of one document and of the comments above it, in the order of the text; undefined where it has a form that no recipe needs. */
export function atomsOf(tokens: readonly CST.Token[], text: string): Atom[] | undefined {
  const root: Level = { column: 0, indent: 0 };
  const atoms: Atom[] = [];
  let isKnown = true;
  let lineIndent = 0;

  for (const token of tokens) {
    if (token.type !== 'document') {
      addSigns([token as CST.SourceToken], undefined, root);
      continue;
    }
    addSigns(token.start, undefined, root);
    if (token.value !== undefined) addValue(token.value, 0, root);
    addSigns(token.end ?? [], undefined, root);
  }
  return isKnown ? atoms : undefined;

  function add(kind: Atom['kind'], start: number, source: string, place: Pick<Atom, 'indent' | 'level'>) {
    if (place.indent !== undefined && isFirstOfLine(atoms.at(-1), start, text)) lineIndent = place.indent;
    atoms.push({ kind, start, source, ...place });
  }

  function addSigns(tokens: readonly CST.SourceToken[], indent: number | undefined, level: Level): void {
    for (const { type, offset, source } of tokens) {
      if (type === 'space' || type === 'newline') continue;
      if (type === 'comment') add('comment', offset, source, { indent, level });
      else if (/^[{}[\]:,-]$/.test(source))
        add(source as Atom['kind'], offset, source, { indent: indent ?? level.indent, level });
      else if (type === 'block-scalar-header') add('text', offset, source, { indent, level });
      else isKnown = false;
    }
  }

  /** @param indent where it is to stand if it is the first of its line */
  function addValue(token: CST.Token, indent: number, level: Level): void {
    switch (token.type) {
      case 'block-map':
      case 'block-seq':
        return addBlock(token, { column: token.indent, indent, outer: level });
      case 'flow-collection':
        return addFlow(token, indent, level);
      case 'block-scalar': {
        addSigns(token.props as CST.SourceToken[], indent, level);
        const { offset, source } = token.props.at(-1) as CST.SourceToken;
        return add('block', offset + source.length, token.source, { indent, level });
      }
      case 'scalar':
      case 'single-quoted-scalar':
      case 'double-quoted-scalar':
        add('text', token.offset, token.source, { indent, level });
        return addSigns(token.end ?? [], undefined, level);
      default:
        isKnown = false;
    }
  }

  function addBlock({ items }: CST.BlockMap | CST.BlockSequence, level: Level): void {
    // A comment behind the colon or dash may stand deeper than the entry, even where the value is empty.
    const inner = { column: level.column + 1, indent: level.indent + STEP, outer: level };
    for (const { start, key, sep = [], value } of items) {
      addSigns(start, undefined, level);
      if (key) addValue(key, level.indent, level);
      addSigns(sep, undefined, inner);
      if (value) addValue(value, inner.indent, level);
    }
  }

  function addFlow({ start, items, end }: CST.FlowCollection, indent: number, level: Level): void {
    add(start.source as '{' | '[', start.offset, start.source, { indent, level });
    const base = Math.max(lineIndent, level.indent);
    const inner = base + STEP;
    for (const { start, key, sep = [], value } of items) {
      addSigns(start, inner, level);
      if (key) addValue(key, inner, level);
      addSigns(sep, inner, level);
      if (value) addValue(value, inner, level);
    }
    const [close, ...rest] = end;
    if (close === undefined) isKnown = false;
    else addSigns([close], base, level);
    addSigns(rest, undefined, level);
  }
}

/** The content of a block scalar ends with its line. */
export function isFirstOfLine(before: Atom | undefined, start: number, text: string): boolean {
  if (before === undefined || before.kind === 'block') return true;
  return text.slice(before.start + before.source.length, start).includes('\n');
}
