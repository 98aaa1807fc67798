import { Composer, isCollection, isMap, isScalar, LineCounter, Parser } from 'yaml';
import type { CST, ParsedNode } from 'yaml';
import type { Problem, Range } from './problem.ts';
import type { ProblemCode } from './problemCodes.ts';
import type { YamlNode } from './yamlNode.ts';

const MAX_CHARACTERS = 256 * 1024;
const MAX_DEPTH = 32;
const MAX_TOKENS = 100_000;
const MAX_PROBLEMS = 20;

/** Names with a meaning in JavaScript objects, which no field, variant or method may have. */
const RESERVED_KEYS: readonly string[] = ['__proto__', 'constructor', 'prototype'];

/**
 * Reads the YAML subset of recipes: one document of the YAML 1.2 core schema (`yes` and `on` are texts) whose keys are
 * texts, without anchors, aliases, tags, directives and merge keys. `root` is absent where there is a problem.
 */
export function readYaml(text: string): { readonly root?: YamlNode; readonly problems: readonly Problem[] } {
  const lines = new LineCounter();
  const problems: Problem[] = [];
  const placeAt = (offset: number) => {
    const { line, col } = lines.linePos(Math.max(0, Math.min(offset, text.length)));
    return { line: Math.max(0, line - 1), character: Math.max(0, col - 1) };
  };
  const rangeOf = (start: number, end: number): Range => ({
    start: placeAt(start),
    end: placeAt(Math.max(start, end)),
  });
  const report = (code: ProblemCode, message: string, range: Range, path = '') => {
    if (problems.length < MAX_PROBLEMS) problems.push({ code, severity: 'error', message, range, path });
  };

  if (text.length > MAX_CHARACTERS) {
    report(
      'yaml-limits',
      `expected at most ${MAX_CHARACTERS} characters, found ${text.length}`,
      rangeOf(0, 0),
    );
    return { problems };
  }
  // Tokens are checked before nodes are composed from them: composing is recursive and would exhaust the stack.
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  checkTokens(tokens, (code, message, token) => {
    report(
      code,
      message,
      rangeOf(token.offset, token.offset + ('source' in token ? token.source.length : 0)),
    );
  });
  if (problems.length > 0) return { problems };

  const options = {
    version: '1.2',
    schema: 'core',
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  } as const;
  const documents = [...new Composer(options).compose(tokens, true, text.length)];
  for (const error of documents.flatMap((document) => document.errors)) {
    report('yaml-syntax', lowerFirst(error.message), rangeOf(...error.pos));
  }
  if (documents.length > 1) {
    report(
      'yaml-unsupported',
      'a recipe is one YAML document; found another',
      rangeOf(documents[1].range[0], documents[1].range[1]),
    );
  }
  if (problems.length > 0) return { problems };

  const { contents } = documents[0];
  const start = rangeOf(0, 0);
  const root: YamlNode =
    contents === null
      ? { kind: 'scalar', value: null, text: '', path: '', range: start, keyRange: start }
      : nodeOf(contents, '', undefined);
  return problems.length > 0 ? { problems } : { root, problems };

  function nodeOf(node: ParsedNode | null, path: string, key: Range | undefined): YamlNode {
    const own =
      node === null ? undefined : rangeOf(node.range[0], trimmedEnd(text, node.range[0], node.range[1]));
    const range = own !== undefined && !isEmptyRange(own) ? own : (key ?? own ?? start);
    const place = { path, range, keyRange: key ?? range };
    if (!isCollection(node)) {
      const value: unknown = isScalar(node) ? node.value : null;
      const written = isScalar(node) ? String(node.source ?? '') : '';
      return { kind: 'scalar', value: isPlain(value) ? value : written, text: written, ...place };
    }
    const below = (step: string | number) => (path === '' ? String(step) : `${path}.${step}`);
    if (!isMap(node))
      return {
        kind: 'list',
        items: node.items.map((item, i) => nodeOf(item, below(i), undefined)),
        ...place,
      };
    const entries = new Map<string, YamlNode>();
    for (const { key: keyNode, value } of node.items) {
      const keyRange = rangeOf(keyNode.range[0], keyNode.range[1]);
      const name: unknown = isScalar(keyNode) ? keyNode.value : undefined;
      const fault = keyFault(name, entries);
      if (fault !== undefined) report(fault.code, fault.message, keyRange, path);
      else entries.set(String(name), nodeOf(value, below(String(name)), keyRange));
    }
    // The whole document has no key of its own: its first one stands for it.
    const [first] = entries.values();
    return { kind: 'map', entries, ...place, keyRange: key ?? first?.keyRange ?? range };
  }
}

function keyFault(
  name: unknown,
  entries: ReadonlyMap<string, YamlNode>,
): { code: ProblemCode; message: string } | undefined {
  if (typeof name !== 'string') {
    const found = name === undefined ? 'a list or mapping' : String(name);
    return { code: 'yaml-key', message: `expected a text as key, found ${found}; write it in quotes` };
  }
  if (name === '<<') return { code: 'yaml-unsupported', message: 'merge keys have no place in a recipe' };
  if (RESERVED_KEYS.includes(name)) return { code: 'yaml-key', message: `"${name}" cannot be a key` };
  if (entries.has(name)) return { code: 'duplicate-key', message: `"${name}" stands twice in this mapping` };
  return undefined;
}

const UNSUPPORTED: Readonly<Record<string, string>> = {
  anchor: 'anchors',
  alias: 'aliases',
  tag: 'tags',
  directive: 'directives',
};

/** Depth, number and kinds of tokens, without recursion. */
function checkTokens(
  tokens: readonly CST.Token[],
  report: (code: ProblemCode, message: string, token: CST.Token | CST.SourceToken) => void,
): void {
  const stack: { token: CST.Token | CST.SourceToken; depth: number }[] = tokens.map((token) => ({
    token,
    depth: 0,
  }));
  stack.reverse();
  for (let count = 1; ; count++) {
    const next = stack.pop();
    if (next === undefined) return;
    const { token, depth } = next;
    if (depth > MAX_DEPTH) {
      report('yaml-limits', `expected at most ${MAX_DEPTH} levels of nesting, found more`, token);
      return;
    }
    if (count > MAX_TOKENS) {
      report('yaml-limits', `expected at most ${MAX_TOKENS} tokens of YAML, found more`, token);
      return;
    }
    if (token.type in UNSUPPORTED) {
      report(
        'yaml-unsupported',
        `${UNSUPPORTED[token.type]} have no place in a recipe; write the value itself`,
        token,
      );
    }
    for (const inner of tokensIn(token).reverse()) stack.push({ token: inner, depth: depth + 1 });
  }
}

function tokensIn(token: CST.Token | CST.SourceToken): (CST.Token | CST.SourceToken)[] {
  const inner: (CST.Token | CST.SourceToken | null | undefined)[] = [];
  if ('start' in token && Array.isArray(token.start)) inner.push(...token.start);
  if ('value' in token) inner.push(token.value);
  if ('items' in token)
    for (const item of token.items) inner.push(...item.start, item.key, ...(item.sep ?? []), item.value);
  return inner.filter((each) => each !== null && each !== undefined);
}

/** End of the value without the line breaks and comments' spaces that the parser counts to block values. */
function trimmedEnd(text: string, start: number, end: number): number {
  return start + text.slice(start, end).trimEnd().length;
}

function isEmptyRange({ start, end }: Range): boolean {
  return start.line === end.line && start.character === end.character;
}

function isPlain(value: unknown): value is null | boolean | number | string {
  return value === null || ['boolean', 'number', 'string'].includes(typeof value);
}

function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
