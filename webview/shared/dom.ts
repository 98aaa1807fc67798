/** Attributes of an element, and listeners where the name is `on...`. */
type Attributes = Readonly<Record<string, string | number | boolean | undefined | ((event: Event) => void)>>;

/**
 * An element with attributes and children. Texts become text nodes; `true` is an empty attribute, false and undefined are none; a
 * function is a listener.
 */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly (Node | string | undefined)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  setAttributes(element, attributes);
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

export function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value === undefined || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
}

/** Changes a text only where it differs: a screen reader speaks what changes, and a selection in it survives. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Gives `parent` these children in this order. What moves loses the focus: the child that holds it stays, and the others move around it
 * where another follows them than should.
 */
export function setChildren(parent: Element, children: readonly Element[]): void {
  const wanted = new Set(children);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  const held = [...parent.children].find((child) => child.contains(document.activeElement));
  let next: Element | null = null;
  for (const child of [...children].reverse()) {
    const stands = child.parentElement === parent && child.nextElementSibling === next;
    if (child !== held && !stands) parent.insertBefore(child, next);
    next = child;
  }
}

export function button(
  text: string,
  attributes: Attributes,
  onClick: (button: HTMLButtonElement) => void,
): HTMLButtonElement {
  const element = h('button', { type: 'button', ...attributes }, text);
  element.addEventListener('click', () => onClick(element));
  return element;
}

let last = 0;
/** An id for `aria-describedby` and `for`, unique in the page. */
export function newId(): string {
  return `id${++last}`;
}
