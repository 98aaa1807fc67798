import { EventEmitter, type Uri } from './values.ts';

/** A webview: what the extension posted lies in `posted`; `receive` is a message of the page. */
export class FakeWebview {
  html = '';
  options: unknown;
  readonly cspSource = 'https://webview.example';
  readonly posted: unknown[] = [];
  private readonly received = new EventEmitter<unknown>();
  private readonly posts = new EventEmitter<unknown>();
  readonly onDidReceiveMessage = this.received.event;
  /** For tests: each message that the extension posts. */
  readonly onDidPost = this.posts.event;

  constructor(options: unknown) {
    this.options = options;
  }
  /** Copied, as a message to a page is. */
  postMessage(message: unknown): Promise<boolean> {
    const copy: unknown = structuredClone(message);
    this.posted.push(copy);
    this.posts.fire(copy);
    return Promise.resolve(true);
  }
  asWebviewUri(uri: Uri): Uri {
    return uri.with({ scheme: 'https', authority: 'file+.vscode-resource.example' });
  }
  receive(message: unknown): void {
    this.received.fire(structuredClone(message));
  }
}

export class FakePanel {
  readonly webview: FakeWebview;
  iconPath: unknown;
  visible = true;
  active = true;
  disposed = false;
  /** How often `reveal` was called. */
  revealed = 0;
  private readonly viewState = new EventEmitter<{ webviewPanel: FakePanel }>();
  private readonly disposal = new EventEmitter<void>();
  readonly onDidChangeViewState = this.viewState.event;
  readonly onDidDispose = this.disposal.event;

  constructor(
    readonly viewType: string,
    public title: string,
    readonly options: unknown,
    public viewColumn = 1,
  ) {
    this.webview = new FakeWebview(options);
  }
  get posted(): unknown[] {
    return this.webview.posted;
  }
  reveal(viewColumn = this.viewColumn): void {
    this.revealed++;
    this.viewColumn = viewColumn;
    this.setVisible(true);
  }
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.disposal.fire();
  }
  receive(message: unknown): void {
    this.webview.receive(message);
  }
  setVisible(visible: boolean, active = visible): void {
    [this.visible, this.active] = [visible, active];
    this.viewState.fire({ webviewPanel: this });
  }
}
