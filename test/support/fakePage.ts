/**
 * As much of a browser's document as parts of the pages need to be built, updated and pressed where there is no browser. It lays nothing
 * out, and selectors are a tag or a class; of a list of ancestors the last counts.
 */
export class FakePage {
  readonly body = this.createElement('body');
  #focused: FakeElement | undefined;

  createElement(tag: string): FakeElement {
    return new FakeElement(tag, this);
  }

  createElementNS(_namespace: string, tag: string): FakeElement {
    return this.createElement(tag);
  }

  getElementById(): null {
    return null;
  }

  /** The body where what was focused is gone or cannot be seen. */
  get activeElement(): FakeElement {
    const focused = this.#focused;
    if (focused === undefined || !this.body.contains(focused)) return this.body;
    return focused.isHidden ? this.body : focused;
  }

  focus(element: FakeElement): void {
    if (!element.isHidden && !element.disabled) this.#focused = element;
  }

  /** Something was taken from its place, be it only to be put elsewhere: browsers forget the focus in it. */
  moved(element: FakeElement): void {
    if (this.#focused !== undefined && element.contains(this.#focused)) this.#focused = undefined;
  }
}

type Listener = (event: { readonly target: FakeElement }) => void;

export class FakeElement {
  parentElement: FakeElement | null = null;
  hidden = false;
  disabled = false;
  inert = false;
  open = false;
  checked = false;
  title = '';
  readonly dataset: Record<string, string> = {};
  #nodes: (FakeElement | string)[] = [];
  readonly #attributes = new Map<string, string>();
  readonly #listeners: (readonly [type: string, listener: Listener])[] = [];

  constructor(
    readonly tag: string,
    readonly page: FakePage,
  ) {}

  get children(): FakeElement[] {
    return this.#nodes.filter((node) => typeof node !== 'string');
  }

  get nextElementSibling(): FakeElement | null {
    const beside = this.parentElement?.children ?? [];
    return beside[beside.indexOf(this) + 1] ?? null;
  }

  get isHidden(): boolean {
    return this.hidden || (this.parentElement?.isHidden ?? false);
  }

  get textContent(): string {
    return this.#nodes.map((node) => (typeof node === 'string' ? node : node.textContent)).join('');
  }

  set textContent(text: string) {
    this.replaceChildren(text);
  }

  get value(): string {
    return this.getAttribute('value') ?? '';
  }

  set value(value: string) {
    this.setAttribute('value', value);
  }

  readonly classList = {
    toggle: (name: string, isOn: boolean) => {
      const others = this.#classes().filter((each) => each !== name);
      this.setAttribute('class', [...others, ...(isOn ? [name] : [])].join(' '));
    },
  };

  setAttribute(name: string, value: string): void {
    this.#attributes.set(name, value);
  }

  getAttribute(name: string): string | null {
    return this.#attributes.get(name) ?? null;
  }

  removeAttribute(name: string): void {
    this.#attributes.delete(name);
  }

  append(...nodes: (FakeElement | string)[]): void {
    for (const node of nodes) {
      if (typeof node === 'string') this.#nodes.push(node);
      else this.insertBefore(node, null);
    }
  }

  replaceChildren(...nodes: (FakeElement | string)[]): void {
    for (const child of this.children) child.remove();
    this.#nodes = [];
    this.append(...nodes);
  }

  insertBefore(child: FakeElement, next: FakeElement | null): void {
    child.remove();
    child.parentElement = this;
    this.#nodes.splice(next === null ? this.#nodes.length : this.#nodes.indexOf(next), 0, child);
  }

  remove(): void {
    const { parentElement } = this;
    if (parentElement === null) return;
    this.page.moved(this);
    parentElement.#nodes = parentElement.#nodes.filter((node) => node !== this);
    this.parentElement = null;
  }

  contains(element: FakeElement): boolean {
    return element === this || this.children.some((child) => child.contains(element));
  }

  querySelectorAll(selector: string): FakeElement[] {
    const [last] = selector.split(' ').slice(-1);
    return this.children.flatMap((child) => [
      ...(child.#matches(last) ? [child] : []),
      ...child.querySelectorAll(last),
    ]);
  }

  querySelector(selector: string): FakeElement | null {
    return this.querySelectorAll(selector)[0] ?? null;
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.push([type, listener]);
  }

  focus(): void {
    this.page.focus(this);
  }

  /** Tells what happened here to those that listen here and around. */
  happens(type: string, target: FakeElement = this): void {
    for (const [of, listener] of this.#listeners) if (of === type) listener({ target });
    this.parentElement?.happens(type, target);
  }

  #matches(selector: string): boolean {
    return selector.startsWith('.') ? this.#classes().includes(selector.slice(1)) : this.tag === selector;
  }

  #classes(): string[] {
    return (this.getAttribute('class') ?? '').split(' ').filter(Boolean);
  }
}

/** A module of the pages, of what it gives the type that a test needs: the compiler of tests knows no browser. */
export async function pageModule<Module>(file: string): Promise<Module> {
  return (await import(new URL(`../../webview/${file}`, import.meta.url).href)) as Module;
}
