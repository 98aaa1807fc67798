import type { CST } from 'yaml';
import type { Problem } from './problem.ts';
import type { ProblemCode } from './problemCodes.ts';

const MAX_DEPTH = 32;
const MAX_TOKENS = 100_000;

type Token = CST.Token | CST.SourceToken;

/** A fault of the text's form, between two offsets. */
export interface YamlFault {
  readonly code: ProblemCode;
  readonly message: string;
  readonly start: number;
  readonly end: number;
  /** Other places that it is about. */
  readonly related?: Problem['related'];
}

const UNSUPPORTED: Readonly<Record<string, string>> = {
  anchor: 'anchors',
  alias: 'aliases',
  tag: 'tags',
  directive: 'directives',
};

/**
 * Depth, number and kinds of tokens. Without recursion, and before nodes are composed from them: composing recurses, and
 * on a deeply nested text would exhaust the stack.
 */
export function tokenFaults(tokens: readonly CST.Token[]): YamlFault[] {
  const faults: YamlFault[] = [];
  const stack: { token: Token; depth: number }[] = tokens.map((token) => ({ token, depth: 0 })).reverse();
  for (let count = 1; ; count++) {
    const next = stack.pop();
    if (next === undefined) return faults;
    const { token, depth } = next;
    const place = { start: token.offset, end: token.offset + ('source' in token ? token.source.length : 1) };
    if (depth > MAX_DEPTH) {
      const message = `expected at most ${MAX_DEPTH} levels of nesting, found more`;
      return [...faults, { code: 'yaml-limits', message, ...place }];
    }
    if (count > MAX_TOKENS) {
      const message = `expected at most ${MAX_TOKENS} tokens of YAML, found more`;
      return [...faults, { code: 'yaml-limits', message, ...place }];
    }
    if (token.type in UNSUPPORTED) {
      const message = `${UNSUPPORTED[token.type]} have no place in a recipe; write the value itself`;
      faults.push({ code: 'yaml-unsupported', message, ...place });
    }
    for (const inner of tokensIn(token).reverse()) stack.push({ token: inner, depth: depth + 1 });
  }
}

function tokensIn(token: Token): Token[] {
  const start = 'start' in token && Array.isArray(token.start) ? token.start : [];
  const value = 'value' in token ? [token.value] : [];
  const items = 'items' in token ? token.items : [];
  return [
    ...start,
    ...value,
    ...items.flatMap((item) => [...item.start, item.key, ...(item.sep ?? []), item.value]),
  ].filter((each): each is Token => each !== null && each !== undefined);
}
