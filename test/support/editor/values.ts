import { isAbsolute, posix } from 'node:path';

/** The plain values of the `vscode` module: classes and enums that hold no state of the editor. */

export class Disposable {
  static from(...parts: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => parts.forEach((part) => part.dispose()));
  }
  constructor(private readonly end: () => unknown) {}
  dispose(): void {
    this.end();
  }
}

type Listener<T> = (event: T) => unknown;

export class EventEmitter<T> {
  private readonly listeners = new Set<Listener<T>>();
  readonly event = (listener: Listener<T>, self?: unknown, disposables?: Disposable[]): Disposable => {
    const called: Listener<T> = (event) => listener.call(self, event);
    this.listeners.add(called);
    const disposable = new Disposable(() => this.listeners.delete(called));
    disposables?.push(disposable);
    return disposable;
  };
  fire(event: T): void {
    for (const listener of [...this.listeners]) listener(event);
  }
  dispose(): void {
    this.listeners.clear();
  }
}

export class CancellationTokenSource {
  private readonly emitter = new EventEmitter<void>();
  readonly token = { isCancellationRequested: false, onCancellationRequested: this.emitter.event };
  cancel(): void {
    if (this.token.isCancellationRequested) return;
    this.token.isCancellationRequested = true;
    this.emitter.fire();
  }
  dispose(): void {
    this.emitter.dispose();
  }
}

export class CancellationError extends Error {
  override readonly name = 'Canceled';
}

export class FileSystemError extends Error {
  static FileNotFound(what?: unknown): FileSystemError {
    return new FileSystemError(String(what), 'FileNotFound');
  }
  constructor(
    message: string,
    readonly code = 'Unknown',
  ) {
    super(message);
  }
}

interface UriParts {
  scheme?: string;
  authority?: string;
  path?: string;
  query?: string;
  fragment?: string;
}

export class Uri {
  static file(path: string): Uri {
    const slashes = path.replaceAll('\\', '/');
    return new Uri('file', '', slashes.startsWith('/') ? slashes : `/${slashes}`, '', '');
  }
  static parse(text: string): Uri {
    const [, scheme = 'file', authority = '', path = '', query = '', fragment = ''] =
      /^(?:([^:/?#]+):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(text)!;
    const [a, p, q, f] = [authority, path, query, fragment].map(decodeURIComponent);
    return new Uri(scheme, a, p, q, f);
  }
  static from({ scheme = 'file', authority = '', path = '', query = '', fragment = '' }: UriParts): Uri {
    return new Uri(scheme, authority, path, query, fragment);
  }
  static joinPath(base: Uri, ...parts: string[]): Uri {
    return base.with({ path: posix.join(base.path, ...parts) });
  }
  constructor(
    readonly scheme: string,
    readonly authority: string,
    readonly path: string,
    readonly query: string,
    readonly fragment: string,
  ) {}
  get fsPath(): string {
    return this.path;
  }
  with(change: UriParts): Uri {
    return Uri.from({ ...this, ...change });
  }
  toString(): string {
    const encoded = this.path.split('/').map(encodeURIComponent).join('/');
    const start = this.authority || this.scheme === 'file' ? `//${this.authority}` : '';
    const end = (this.query && `?${encodeURIComponent(this.query)}`) + (this.fragment && `#${this.fragment}`);
    return `${this.scheme}:${start}${encoded}${end}`;
  }
  toJSON(): UriParts {
    return { ...this, path: this.path };
  }
}

export class Position {
  constructor(
    readonly line: number,
    readonly character: number,
  ) {}
  compareTo(other: Position): number {
    return Math.sign(this.line - other.line || this.character - other.character);
  }
  isBefore(other: Position): boolean {
    return this.compareTo(other) < 0;
  }
  isBeforeOrEqual(other: Position): boolean {
    return this.compareTo(other) <= 0;
  }
  isAfter(other: Position): boolean {
    return this.compareTo(other) > 0;
  }
  isAfterOrEqual(other: Position): boolean {
    return this.compareTo(other) >= 0;
  }
  isEqual(other: Position): boolean {
    return this.compareTo(other) === 0;
  }
  translate(lines = 0, characters = 0): Position {
    return new Position(this.line + lines, this.character + characters);
  }
  with(line = this.line, character = this.character): Position {
    return new Position(line, character);
  }
}

export class Range {
  readonly start: Position;
  readonly end: Position;
  constructor(start: Position | number, end: Position | number, endLine?: number, endCharacter?: number) {
    const points =
      typeof start === 'number'
        ? [new Position(start, end as number), new Position(endLine!, endCharacter!)]
        : [start, end as Position];
    [this.start, this.end] = points.sort((a, b) => a.compareTo(b));
  }
  get isEmpty(): boolean {
    return this.start.isEqual(this.end);
  }
  get isSingleLine(): boolean {
    return this.start.line === this.end.line;
  }
  contains(what: Position | Range): boolean {
    const [start, end] = what instanceof Range ? [what.start, what.end] : [what, what];
    return this.start.isBeforeOrEqual(start) && this.end.isAfterOrEqual(end);
  }
  isEqual(other: Range): boolean {
    return this.start.isEqual(other.start) && this.end.isEqual(other.end);
  }
  intersection(other: Range): Range | undefined {
    const start = this.start.isAfter(other.start) ? this.start : other.start;
    const end = this.end.isBefore(other.end) ? this.end : other.end;
    return start.isAfter(end) ? undefined : new Range(start, end);
  }
  union(other: Range): Range {
    const start = this.start.isBefore(other.start) ? this.start : other.start;
    return new Range(start, this.end.isAfter(other.end) ? this.end : other.end);
  }
  with(start = this.start, end = this.end): Range {
    return new Range(start, end);
  }
}

export class Selection extends Range {
  readonly anchor: Position;
  readonly active: Position;
  constructor(anchor: Position | number, active: Position | number, line?: number, character?: number) {
    super(anchor, active, line, character);
    this.anchor = typeof anchor === 'number' ? new Position(anchor, active as number) : anchor;
    this.active = typeof active === 'number' ? new Position(line!, character!) : active;
  }
  get isReversed(): boolean {
    return this.anchor.isAfter(this.active);
  }
}

export class Location {
  constructor(
    readonly uri: Uri,
    readonly range: Range,
  ) {}
}

export class TextEdit {
  static replace(range: Range, newText: string): TextEdit {
    return new TextEdit(range, newText);
  }
  static insert(position: Position, newText: string): TextEdit {
    return new TextEdit(new Range(position, position), newText);
  }
  static delete(range: Range): TextEdit {
    return new TextEdit(range, '');
  }
  constructor(
    readonly range: Range,
    readonly newText: string,
  ) {}
}

/** Text edits by document, and files to be created, deleted or renamed first. */
export class WorkspaceEdit {
  readonly texts = new Map<string, { uri: Uri; edits: TextEdit[] }>();
  readonly files: { create?: Uri; remove?: Uri; rename?: [Uri, Uri]; contents?: Uint8Array }[] = [];
  get size(): number {
    return this.texts.size + this.files.length;
  }
  replace(uri: Uri, range: Range, newText: string): void {
    this.set(uri, [...this.get(uri), new TextEdit(range, newText)]);
  }
  insert(uri: Uri, position: Position, newText: string): void {
    this.replace(uri, new Range(position, position), newText);
  }
  delete(uri: Uri, range: Range): void {
    this.replace(uri, range, '');
  }
  set(uri: Uri, edits: TextEdit[]): void {
    this.texts.set(uri.toString(), { uri, edits });
  }
  get(uri: Uri): TextEdit[] {
    return this.texts.get(uri.toString())?.edits ?? [];
  }
  has(uri: Uri): boolean {
    return this.texts.has(uri.toString());
  }
  entries(): [Uri, TextEdit[]][] {
    return [...this.texts.values()].map(({ uri, edits }) => [uri, edits]);
  }
  createFile(uri: Uri, { contents }: { contents?: Uint8Array } = {}): void {
    this.files.push({ create: uri, contents });
  }
  deleteFile(uri: Uri): void {
    this.files.push({ remove: uri });
  }
  renameFile(from: Uri, to: Uri): void {
    this.files.push({ rename: [from, to] });
  }
}

export class ThemeColor {
  constructor(readonly id: string) {}
}

export class ThemeIcon {
  static readonly File = new ThemeIcon('file');
  static readonly Folder = new ThemeIcon('folder');
  constructor(
    readonly id: string,
    readonly color?: ThemeColor,
  ) {}
}

export class TreeItem {
  label?: unknown;
  resourceUri?: Uri;
  [property: string]: unknown;
  constructor(
    what: unknown,
    public collapsibleState = 0,
  ) {
    if (what instanceof Uri) this.resourceUri = what;
    else this.label = what;
  }
}

/** `value` is Markdown; `appendText` escapes as the editor does. */
export class MarkdownString {
  isTrusted?: unknown;
  supportHtml?: boolean;
  baseUri?: Uri;
  constructor(
    public value = '',
    public supportThemeIcons = false,
  ) {}
  appendText(text: string): this {
    this.value += text
      .replace(/[\\`*_{}[\]()#+\-!~]/g, '\\$&')
      .replace(/([ \t]+)/g, (spaces) => '&nbsp;'.repeat(spaces.length))
      .replace(/>/g, '\\>')
      .replace(/\n/g, '\n\n')
      .replace(/</g, '&lt;');
    return this;
  }
  appendMarkdown(text: string): this {
    this.value += text;
    return this;
  }
  appendCodeblock(text: string, language = ''): this {
    this.value += `\n\`\`\`${language}\n${text}\n\`\`\`\n`;
    return this;
  }
}

export class CodeLens {
  constructor(
    readonly range: Range,
    public command?: unknown,
  ) {}
  get isResolved(): boolean {
    return this.command !== undefined;
  }
}

export class Hover {
  readonly contents: unknown[];
  constructor(
    contents: unknown,
    readonly range?: Range,
  ) {
    this.contents = Array.isArray(contents) ? contents : [contents];
  }
}

export class Diagnostic {
  source?: string;
  code?: unknown;
  constructor(
    readonly range: Range,
    readonly message: string,
    readonly severity = DiagnosticSeverity.Error,
  ) {}
}

export class RelativePattern {
  readonly baseUri: Uri;
  constructor(
    base: string | Uri | { uri: Uri },
    readonly pattern: string,
  ) {
    this.baseUri = typeof base === 'string' ? Uri.file(base) : base instanceof Uri ? base : base.uri;
  }
  get base(): string {
    return this.baseUri.fsPath;
  }
}

export class TabInputText {
  constructor(readonly uri: Uri) {}
}
export class TabInputCustom {
  constructor(
    readonly uri: Uri,
    readonly viewType: string,
  ) {}
}
export class TabInputWebview {
  constructor(readonly viewType: string) {}
}

/** Numbered from `first`, with the names both ways, as TypeScript's enums are. */
const numbered = (names: string, first = 0): Record<string, number> =>
  Object.fromEntries(names.split(' ').flatMap((name, i) => [[name, i + first]]));

export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 };
export const TreeItemCheckboxState = { Unchecked: 0, Checked: 1 };
export const DiagnosticSeverity = { Error: 0, Warning: 1, Information: 2, Hint: 3 };
export const StatusBarAlignment = { Left: 1, Right: 2 };
export const ProgressLocation = { SourceControl: 1, Window: 10, Notification: 15 };
export const ConfigurationTarget = { Global: 1, Workspace: 2, WorkspaceFolder: 3 };
export const QuickPickItemKind = { Separator: -1, Default: 0 };
export const FileType = { Unknown: 0, File: 1, Directory: 2, SymbolicLink: 64 };
export const OverviewRulerLane = { Left: 1, Center: 2, Right: 4, Full: 7 };
export const EndOfLine = { LF: 1, CRLF: 2 };
export const UIKind = { Desktop: 1, Web: 2 };
export const ExtensionMode = { Production: 1, Development: 2, Test: 3 };
export const ExtensionKind = { UI: 1, Workspace: 2 };
export const TextDocumentChangeReason = { Undo: 1, Redo: 2 };
export const ColorThemeKind = { Light: 1, Dark: 2, HighContrast: 3, HighContrastLight: 4 };
export const DecorationRangeBehavior = numbered('OpenOpen ClosedClosed OpenClosed ClosedOpen');
export const TextEditorRevealType = numbered('Default InCenter InCenterIfOutsideViewport AtTop');
export const LogLevel = numbered('Off Trace Debug Info Warning Error');
export const ViewColumn = { Active: -1, Beside: -2, ...numbered('One Two Three Four Five Six', 1) };
export const QuickInputButtons = { Back: { iconPath: new ThemeIcon('arrow-left'), tooltip: 'Back' } };

/** As `vscode.Uri.file(path).fsPath` where a path may be given instead of a Uri. */
export function toUri(what: Uri | string): Uri {
  if (typeof what !== 'string') return what;
  return isAbsolute(what) ? Uri.file(what) : Uri.parse(what);
}
