import type { Json } from '../core/json.ts';
import type { MethodUnion } from '../peft/method.ts';
import { unions } from '../peft/registry.ts';
import type { PathStep } from './problem.ts';
import { asMap, merged } from './yamlNode.ts';
import type { YamlMap, YamlNode } from './yamlNode.ts';

const RATE = 'learning_rate';

/**
 * The configuration with the methods of every union in the union's place, each value at its own place in the text; values that are not written
 * are at that of the union. A union that is not as it should be stays, for the schema and the rules to say so.
 */
export function withUnionsExpanded(tree: YamlMap): YamlMap {
  const written = tree.entries.get('methods');
  if (written?.kind !== 'map') return tree;
  const methods = Object.values(unions).reduce(expanded, written);
  return methods === written ? tree : { ...tree, entries: new Map(tree.entries).set('methods', methods) };
}

function expanded(methods: YamlMap, union: MethodUnion): YamlMap {
  const node = methods.entries.get(union.id);
  const section = node && asMap(node);
  if (section === undefined) return methods;
  const parts = Object.keys(union.parts);
  const { [RATE]: rate, ...changes } = Object.fromEntries(section.entries);
  const isRight = Object.entries(changes).every(([key, value]) => parts.includes(key) && asMap(value));
  if (!isRight || parts.some((part) => methods.entries.has(part))) return methods;

  const expansion = parts.map((part): [string, YamlNode] => {
    const given = nodeOf(union.parts[part], section, [part]) as YamlMap;
    const shared = rate === undefined ? given : { ...given, entries: new Map(given.entries).set(RATE, rate) };
    const change = changes[part] === undefined ? undefined : asMap(changes[part]);
    return [part, change === undefined ? shared : merged(shared, change)];
  });
  const others = [...methods.entries].filter(([id]) => id !== union.id);
  return { ...methods, entries: new Map([...others, ...expansion]) };
}

/** A value that is not written, at the place of one that is; written, it would stand `within` that. */
function nodeOf(value: Json, at: YamlNode, within: readonly PathStep[]): YamlNode {
  const place = { steps: [...at.steps, ...within], path: at.path, range: at.range, keyRange: at.keyRange };
  if (Array.isArray(value))
    return { ...place, kind: 'list', items: value.map((item, i) => nodeOf(item, at, [...within, i])) };
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(
      ([key, inner]) => [key, nodeOf(inner, at, [...within, key])] as const,
    );
    return { ...place, kind: 'map', entries: new Map(entries) };
  }
  return { ...place, kind: 'scalar', value, text: String(value) };
}
