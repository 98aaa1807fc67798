type Attributes = Readonly<Record<string, string | boolean | undefined>>;

/** An element with attributes and children; texts become text nodes, `true` an empty attribute. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  setAttributes(element, attributes);
  element.append(...children);
  return element;
}

export function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? '' : value);
  }
}

/** Changes a text only where it differs: a screen reader speaks what changes. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
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
