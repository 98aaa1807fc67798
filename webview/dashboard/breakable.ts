/** A metric's name as nodes; a narrow column breaks it after its split. */
export function breakable(name: string): Node[] {
  return name
    .split(/(?<=\/)/)
    .flatMap((part, i) => [...(i > 0 ? [document.createElement('wbr')] : []), document.createTextNode(part)]);
}
