import { h } from '../shared/dom.ts';

/** A sentence as nodes, with every one of the names in it kept to itself: a name written from right to left turns no word around it. */
export function isolate(sentence: string, names: readonly string[]): Node[] {
  const found = names
    .filter((name) => name !== '' && sentence.includes(name))
    .sort((a, b) => b.length - a.length)[0];
  if (found === undefined) return [document.createTextNode(sentence)];
  const at = sentence.indexOf(found);
  return [
    ...isolate(sentence.slice(0, at), names),
    h('bdi', {}, found),
    ...isolate(sentence.slice(at + found.length), names),
  ];
}
