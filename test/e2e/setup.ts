import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Folder of the prepared VS Code server. */
    editorHost: string;
    /** The packed extension. */
    vsix: string;
  }
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Once for all files: the editor, the model, and the extension as it ships. Throws with the reason where one cannot be had. */
export function setup(project: TestProject): void {
  project.provide('editorHost', output('bash', 'scripts/editorHost.sh'));
  output(process.execPath, 'scripts/quickstart/fetchModel.mjs', '.cache/models/all-MiniLM-L6-v2');
  output(process.execPath, 'scripts/package.mjs');
  const { name, version } = createRequire(import.meta.url)('../../package.json') as Record<string, string>;
  const vsix = `out/vsix/${name}-${process.platform}-${process.arch}-${version}.vsix`;
  project.provide('vsix', resolve(root, vsix));
}

function output(program: string, ...args: string[]): string {
  return execFileSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim();
}
