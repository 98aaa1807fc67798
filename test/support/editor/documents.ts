import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { EventEmitter, Position, Range, Selection, type TextEdit, type Uri } from './values.ts';

export interface ContentChange {
  readonly range: Range;
  readonly rangeOffset: number;
  readonly rangeLength: number;
  readonly text: string;
}

export const documentEvents = {
  change: new EventEmitter<{ document: FakeDocument; contentChanges: ContentChange[]; reason?: number }>(),
  open: new EventEmitter<FakeDocument>(),
  close: new EventEmitter<FakeDocument>(),
  save: new EventEmitter<FakeDocument>(),
};

/** A text document: on disk where its scheme is `file`, in memory until saved. */
export class FakeDocument {
  version = 1;
  isDirty = false;
  isClosed = false;
  readonly eol = 1;
  readonly encoding = 'utf8';
  readonly undone: string[] = [];

  constructor(
    readonly uri: Uri,
    private text: string,
    readonly languageId = languageOf(uri.path),
  ) {}

  get fileName(): string {
    return this.uri.fsPath;
  }
  get isUntitled(): boolean {
    return this.uri.scheme === 'untitled';
  }
  get lineCount(): number {
    return this.lines().length;
  }

  getText(range?: Range): string {
    return range === undefined
      ? this.text
      : this.text.slice(this.offsetAt(range.start), this.offsetAt(range.end));
  }

  lineAt(where: number | Position) {
    const lineNumber = typeof where === 'number' ? where : where.line;
    const text = this.lines()[lineNumber];
    if (text === undefined) throw new Error(`Illegal value for \`line\`: ${lineNumber}`);
    const range = new Range(lineNumber, 0, lineNumber, text.length);
    return {
      lineNumber,
      text,
      range,
      rangeIncludingLineBreak: range,
      firstNonWhitespaceCharacterIndex: text.search(/\S|$/),
      isEmptyOrWhitespace: text.trim() === '',
    };
  }

  offsetAt(position: Position): number {
    const { line, character } = this.validatePosition(position);
    const lines = this.text.split('\n').slice(0, line);
    return lines.reduce((sum, text) => sum + text.length + 1, 0) + character;
  }

  positionAt(offset: number): Position {
    const before = this.text.slice(0, Math.max(0, offset)).split('\n');
    return new Position(before.length - 1, before.at(-1)!.length);
  }

  validatePosition({ line, character }: Position): Position {
    const lines = this.lines();
    if (line < 0) return new Position(0, 0);
    if (line >= lines.length) return new Position(lines.length - 1, lines.at(-1)!.length);
    return new Position(line, Math.max(0, Math.min(character, lines[line].length)));
  }

  validateRange(range: Range): Range {
    return new Range(this.validatePosition(range.start), this.validatePosition(range.end));
  }

  getWordRangeAtPosition(position: Position, pattern = /[\w-]+/g): Range | undefined {
    const { text } = this.lineAt(position);
    for (const match of text.matchAll(new RegExp(pattern.source, 'g'))) {
      const range = new Range(position.line, match.index, position.line, match.index + match[0].length);
      if (range.contains(position)) return range;
    }
    return undefined;
  }

  save(): Promise<boolean> {
    if (this.uri.scheme === 'file') writeFileSync(this.uri.fsPath, this.text);
    this.isDirty = false;
    documentEvents.save.fire(this);
    return Promise.resolve(true);
  }

  /** All edits refer to the text as it is; one step for undo. */
  apply(edits: readonly Pick<TextEdit, 'range' | 'newText'>[]): void {
    const changes = edits
      .map(({ range, newText }) => {
        const rangeOffset = this.offsetAt(range.start);
        return { range, rangeOffset, rangeLength: this.offsetAt(range.end) - rangeOffset, text: newText };
      })
      .sort((a, b) => b.rangeOffset - a.rangeOffset);
    this.undone.push(this.text);
    let text = this.text;
    for (const change of changes) {
      text =
        text.slice(0, change.rangeOffset) + change.text + text.slice(change.rangeOffset + change.rangeLength);
    }
    this.become(text, changes);
  }

  undo(): void {
    const before = this.undone.pop();
    if (before === undefined) throw new Error(`There is nothing to undo in ${this.fileName}.`);
    const range = new Range(new Position(0, 0), this.positionAt(this.text.length));
    const whole = { range, rangeOffset: 0, rangeLength: this.text.length, text: before };
    this.become(before, [whole], 1);
  }

  /** What its provider says it has become. */
  provide(text: string): void {
    const range = new Range(new Position(0, 0), this.positionAt(this.text.length));
    this.become(text, [{ range, rangeOffset: 0, rangeLength: this.text.length, text }]);
    this.isDirty = false;
  }

  close(): void {
    this.isClosed = true;
    documentEvents.close.fire(this);
  }

  private become(text: string, contentChanges: ContentChange[], reason?: number): void {
    this.text = text;
    this.version++;
    this.isDirty = true;
    documentEvents.change.fire({ document: this, contentChanges, reason });
  }

  private lines(): string[] {
    return this.text.split(/\r?\n/);
  }
}

/** One editor on a document; what features decorate it with lies in `decorations`. */
export class FakeTextEditor {
  selections: Selection[] = [new Selection(0, 0, 0, 0)];
  readonly visibleRanges = [new Range(0, 0, 100, 0)];
  options: unknown = { tabSize: 2, insertSpaces: true };
  /** What was set last, by the decoration type's key. */
  readonly decorations = new Map<string, unknown[]>();
  revealed?: Range;

  constructor(
    readonly document: FakeDocument,
    public viewColumn = 1,
  ) {}

  get selection(): Selection {
    return this.selections[0];
  }
  set selection(selection: Selection) {
    this.selections = [selection];
  }
  setDecorations(type: { key: string }, ranges: unknown[]): void {
    this.decorations.set(type.key, ranges);
  }
  revealRange(range: Range): void {
    this.revealed = range;
  }
  edit(build: (builder: unknown) => void): Promise<boolean> {
    const edits: { range: Range; newText: string }[] = [];
    build({
      replace: (where: Range | Position, newText: string) => edits.push({ range: asRange(where), newText }),
      insert: (where: Position, newText: string) => edits.push({ range: asRange(where), newText }),
      delete: (range: Range) => edits.push({ range, newText: '' }),
    });
    this.document.apply(edits);
    return Promise.resolve(true);
  }
}

/** The text of a file; '' for one that does not exist yet. */
export function textOf(uri: Uri): string {
  return existsSync(uri.fsPath) ? readFileSync(uri.fsPath, 'utf8') : '';
}

const asRange = (where: Range | Position) => (where instanceof Range ? where : new Range(where, where));

function languageOf(path: string): string {
  if (/\.peft\.ya?ml$/.test(path)) return 'peft-recipe';
  if (/\.ya?ml$/.test(path)) return 'yaml';
  return path.endsWith('.json') ? 'json' : 'plaintext';
}
