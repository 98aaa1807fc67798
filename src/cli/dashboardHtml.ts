import { createHash } from 'node:crypto';
import type { DashboardSnapshot } from '../protocol/dashboard.ts';
import { escapeHtml } from '../core/escapeHtml.ts';

export interface DashboardFile {
  readonly title: string;
  readonly script: string;
  readonly style: string;
  readonly snapshot: DashboardSnapshot;
}

/** The dashboard page with all that it shows in one document. It loads nothing, and runs no script but its own. */
export function dashboardHtml({ title, script, style, snapshot }: DashboardFile): string {
  const [code, rules] = [withinScript(script), withinStyle(style)];
  const policy = `default-src 'none'; script-src ${hashOf(code)}; style-src ${hashOf(rules)}; img-src data:; base-uri 'none'; form-action 'none'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${rules}</style>
</head>
<body>
<script type="application/json" id="snapshot">${jsonWithinScript(snapshot)}</script>
<script>${code}</script>
</body>
</html>
`;
}

/** JSON has this other spelling of `<`; without that character no text ends the element or begins a comment in it. */
function jsonWithinScript(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

/** These stand in strings and patterns alone, where this other spelling of `<` means the same. */
function withinScript(text: string): string {
  return text.replace(/<(?=\/script|!--)/gi, '\\x3c');
}

function withinStyle(text: string): string {
  return text.replace(/<(?=\/style)/gi, '\\3c ');
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
