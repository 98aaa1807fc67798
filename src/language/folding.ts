import type { FoldingRange } from 'vscode-languageserver/node';
import { readYaml } from '../recipe/yamlDocument.ts';
import type { YamlNode } from '../recipe/yamlNode.ts';

/** Entries that take several lines, and comments that do; undefined where the text has faults. */
export function foldingOf(text: string): FoldingRange[] | undefined {
  const { root } = readYaml(text);
  if (root === undefined) return undefined;
  const lines = text.split(/\r\n|\r|\n/);
  const nodes = nodesIn(root);
  const folds = new Map<number, FoldingRange>();
  for (const { node, startLine } of nodes) {
    const last = node.range.end.line;
    // The line that holds the closing bracket stays.
    const endLine = /^\s*[\]}]/.test(lines[last]) ? last - 1 : last;
    if (endLine > startLine && !folds.has(startLine)) folds.set(startLine, { startLine, endLine });
  }
  const texts = nodes.filter(
    ({ node, startLine }) => node.kind === 'scalar' && node.range.end.line > startLine,
  );
  const isText = (line: number) =>
    texts.some(({ node: { range }, startLine }) => startLine < line && line <= range.end.line);
  return [...folds.values(), ...commentsIn(lines, isText)].sort((a, b) => a.startLine - b.startLine);
}

/** All values below a node, the outer ones first, each with the line of its key or dash. */
function nodesIn(node: YamlNode): { readonly node: YamlNode; readonly startLine: number }[] {
  const children =
    node.kind === 'scalar' ? [] : node.kind === 'list' ? node.items : [...node.entries.values()];
  return children.flatMap((child) => [
    { node: child, startLine: child.keyRange.start.line },
    ...nodesIn(child),
  ]);
}

/** @param isText whether a line belongs to a text, where `#` starts no comment */
function commentsIn(lines: readonly string[], isText: (line: number) => boolean): FoldingRange[] {
  const isComment = lines.map((line, index) => /^\s*#/.test(line) && !isText(index));
  return isComment.flatMap((is, startLine) => {
    if (!is || isComment[startLine - 1]) return [];
    const after = isComment.indexOf(false, startLine);
    const endLine = (after < 0 ? lines.length : after) - 1;
    return endLine > startLine ? [{ startLine, endLine, kind: 'comment' }] : [];
  });
}
