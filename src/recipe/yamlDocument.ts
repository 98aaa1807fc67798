import { Composer, isCollection, isMap, isScalar, Parser } from 'yaml';
import type { ParsedNode } from 'yaml';
import type { PathStep, Problem, Range } from './problem.ts';
import { textPositions } from './textPositions.ts';
import type { YamlMap, YamlNode, YamlScalar } from './yamlNode.ts';
import { tokenFaults } from './yamlTokens.ts';
import type { YamlFault } from './yamlTokens.ts';

const MAX_CHARACTERS = 256 * 1024;

/** Starts every document after the first. */
const SEPARATOR = '---';

/** After so many, the text is something else than a recipe. */
const MAX_PROBLEMS = 20;

/** After the first faults of syntax, the reader has lost its way: what follows are their consequences. */
const MAX_SYNTAX_FAULTS = 3;

/** Names with a meaning in JavaScript objects, which no field, variant or method may have. */
const RESERVED_KEYS: readonly string[] = ['__proto__', 'constructor', 'prototype'];

/**
 * Reads the YAML subset of recipes: one document of the YAML 1.2 core schema (`yes` and `on` are texts) whose keys are
 * texts, without anchors, aliases, tags, directives and merge keys. `root` is absent where there is a problem.
 */
export function readYaml(text: string): { readonly root?: YamlNode; readonly problems: readonly Problem[] } {
  const positionOf = textPositions(text);
  const rangeOf: RangeOf = (start, end) => ({ start: positionOf(start), end: positionOf(end) });
  const failed = (faults: readonly YamlFault[]) => ({
    problems: faults.slice(0, MAX_PROBLEMS).map(({ start, end, ...fault }): Problem => {
      return { ...fault, severity: 'error', range: rangeOf(start, end), path: '' };
    }),
  });

  if (text.length > MAX_CHARACTERS) {
    const message = `expected at most ${MAX_CHARACTERS} characters, found ${text.length}`;
    return failed([{ code: 'yaml-limits', message, start: 0, end: 0 }]);
  }
  const tokens = [...new Parser().parse(text)];
  const hostile = tokenFaults(tokens);
  if (hostile.length > 0) return failed(hostile);

  const options = { version: '1.2', uniqueKeys: false, prettyErrors: false, logLevel: 'silent' } as const;
  const [document, ...others] = new Composer(options).compose(tokens, true, text.length);
  const errors = [document, ...others].flatMap((each) => each.errors);
  const faults = firstOfLines(errors, ({ pos: [start] }) => positionOf(start).line)
    .slice(0, MAX_SYNTAX_FAULTS)
    .map(({ message, pos: [start, end] }): YamlFault => {
      return { code: 'yaml-syntax', message: message.charAt(0).toLowerCase() + message.slice(1), start, end };
    });
  for (const { range } of others) {
    const message = 'a recipe is one YAML document; found another';
    faults.push({ code: 'yaml-unsupported', message, start: range[0], end: range[0] + SEPARATOR.length });
  }
  if (faults.length > 0) return failed(faults);

  const root = treeOf(document.contents, text, rangeOf, (fault) => faults.push(fault));
  return faults.length > 0 ? failed(faults) : { root, problems: [] };
}

function firstOfLines<Item>(items: readonly Item[], lineOf: (item: Item) => number): Item[] {
  const lines = items.map(lineOf);
  return items.filter((_, i) => lines.indexOf(lines[i]) === i);
}

type RangeOf = (start: number, end: number) => Range;

function treeOf(
  contents: ParsedNode | null,
  text: string,
  rangeOf: RangeOf,
  report: (fault: YamlFault) => void,
): YamlNode {
  return nodeOf(contents, [], undefined);

  function nodeOf(node: ParsedNode | null, steps: readonly PathStep[], key: Range | undefined): YamlNode {
    const [start, end] = node?.range ?? [0, 0];
    const ownEnd = start + text.slice(start, end).trimEnd().length; // a block's end includes the lines after it
    const own = ownEnd > start ? rangeOf(start, ownEnd) : undefined;
    const range = own ?? key ?? rangeOf(start, start);
    const place = { steps, path: steps.join('.'), range, keyRange: key ?? range };
    if (!isCollection(node)) return { ...scalarOf(node), ...place };
    if (isMap(node)) return { ...place, ...mapOf(node.items, steps, key) };
    return {
      kind: 'list',
      items: node.items.map((item, i) => nodeOf(item, [...steps, i], undefined)),
      ...place,
    };
  }

  function mapOf(
    items: readonly { key: ParsedNode; value: ParsedNode | null }[],
    steps: readonly PathStep[],
    key: Range | undefined,
  ): Pick<YamlMap, 'kind' | 'entries'> & { keyRange?: Range } {
    const entries = new Map<string, YamlNode>();
    for (const item of items) {
      const [start, end] = item.key.range;
      const name: unknown = isScalar(item.key) ? item.key.value : undefined;
      const fault = keyFault(name, entries);
      if (fault !== undefined) report({ ...fault, start, end });
      else entries.set(String(name), nodeOf(item.value, [...steps, String(name)], rangeOf(start, end)));
    }
    const [first] = entries.values();
    // The whole document has no key of its own: its first one stands for it.
    return {
      kind: 'map',
      entries,
      ...(key === undefined && first !== undefined ? { keyRange: first.keyRange } : {}),
    };
  }
}

function keyFault(
  name: unknown,
  entries: ReadonlyMap<string, YamlNode>,
): Omit<YamlFault, 'start' | 'end'> | undefined {
  if (typeof name !== 'string') {
    const found = name === undefined ? 'a list or mapping' : String(name);
    return { code: 'yaml-key', message: `expected a text as key, found ${found}; write it in quotes` };
  }
  if (name === '<<') return { code: 'yaml-unsupported', message: 'merge keys have no place in a recipe' };
  if (RESERVED_KEYS.includes(name)) return { code: 'yaml-key', message: `"${name}" cannot be a key` };
  const first = entries.get(name);
  if (first === undefined) return undefined;
  const related = [{ range: first.keyRange, message: 'it stands first here' }];
  return { code: 'duplicate-key', message: `"${name}" stands twice in this mapping`, related };
}

function scalarOf(node: ParsedNode | null): Pick<YamlScalar, 'kind' | 'value' | 'text'> {
  const value: unknown = isScalar(node) ? node.value : null;
  const text = isScalar(node) ? (node.source ?? '') : '';
  const isPlain =
    value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string';
  return { kind: 'scalar', value: isPlain ? value : text, text };
}
