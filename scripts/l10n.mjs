/**
 * Collects every text that a user sees into l10n/bundle.l10n.json, from which translators start: those of `vscode.l10n.t` in the
 * extension, and the tables of the pages (webview/PAGE/strings.ts).
 *   node scripts/l10n.mjs
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
export const bundlePath = join(root, 'l10n/bundle.l10n.json');

/** The text of the bundle. @throws Error where a text is none that can be read off the source */
export function bundleText() {
  const texts = [
    ...sources('src/extension', /\.ts$/).flatMap((path) => textsIn(path, textOfCall)),
    ...sources('webview', /^strings\.ts$/).flatMap((path) => textsIn(path, textOfEntry)),
  ];
  const sorted = [...new Set(texts)].sort((a, b) => (a < b ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(sorted.map((text) => [text, text])), undefined, 2)}\n`;
}

function sources(folder, name) {
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && name.test(entry.name));
  return files.map((entry) => join(entry.parentPath, entry.name));
}

/** What `textOf` finds at the nodes of a file. */
function textsIn(path, textOf) {
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const texts = [];
  const visit = (node) => {
    const text = textOf(node);
    if (text !== undefined) texts.push(literal(text, file));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return texts;
}

/** The message of a call `vscode.l10n.t(message, ...)`. */
function textOfCall(node) {
  const isOne = ts.isCallExpression(node) && /(^|\.)l10n\.t$/.test(node.expression.getText());
  return isOne ? node.arguments[0] : undefined;
}

/** The text of an entry of a page's table. */
function textOfEntry(node) {
  return ts.isPropertyAssignment(node) ? node.initializer : undefined;
}

function literal(node, file) {
  if (ts.isStringLiteralLike(node)) return node.text;
  const { line } = file.getLineAndCharacterOfPosition(node.getStart());
  const place = `${relative(root, file.fileName)}:${line + 1}`;
  throw new Error(`${place}: expected one literal text, found ${node.getText()}`);
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  mkdirSync(dirname(bundlePath), { recursive: true });
  writeFileSync(bundlePath, bundleText());
}
