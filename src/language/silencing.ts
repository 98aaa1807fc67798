import type { CodeAction } from 'vscode-languageserver/node';
import { meets } from '../recipe/ranges.ts';
import type { Problem, Range } from '../recipe/problem.ts';
import { diagnosticOf } from './diagnostics.ts';

const ADVICE = 'advice-';

/** For every rule that has advice in a range, the client's command that turns it off; its argument is the rule's id. */
export function silencing(
  uri: string,
  range: Range,
  { problems, command }: { readonly problems: readonly Problem[]; readonly command: string },
): CodeAction[] {
  const here = problems.filter((problem) => problem.code.startsWith(ADVICE) && meets(problem.range, range));
  const byRule = new Map(here.map((problem) => [problem.code.slice(ADVICE.length), problem]));
  return [...byRule].map(([rule, problem]) => {
    const title = `Turn off the advice "${rule}"`;
    return {
      title,
      kind: 'quickfix',
      diagnostics: [diagnosticOf(problem, { uri })],
      command: { title, command, arguments: [rule] },
    };
  });
}
