import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { escapeHtml } from '../../core/escapeHtml.ts';

/** A page of `dist/webview`: a script and a style of this name. */
export interface Page {
  readonly name: string;
  readonly title: string;
}

/** Lets the page run its script and read its own folder: nothing else. */
export function pageOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [pagesFolder(extensionUri)] };
}

/** The document of a page: an empty body that its script fills, in the user's language where there is a translation, else in English. Nothing is loaded but its script, its style and images of its own. */
export function pageHtml(webview: vscode.Webview, extensionUri: vscode.Uri, { name, title }: Page): string {
  const nonce = randomBytes(16).toString('base64');
  const uriOf = (file: string) => webview.asWebviewUri(vscode.Uri.joinPath(pagesFolder(extensionUri), file));
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `img-src ${webview.cspSource} data:`,
    `font-src ${webview.cspSource}`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
  const translations = vscode.l10n.bundle;
  return `<!DOCTYPE html>
<html lang="${translations === undefined ? 'en' : escapeHtml(vscode.env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="${escapeHtml(String(uriOf(`${name}.css`)))}">
</head>
<body>
<script type="application/json" id="l10n">${JSON.stringify(translations ?? {}).replaceAll('<', '\\u003c')}</script>
<script nonce="${nonce}" src="${escapeHtml(String(uriOf(`${name}.js`)))}"></script>
</body>
</html>
`;
}

function pagesFolder(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
}
