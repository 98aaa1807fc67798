import { spawn } from 'node:child_process';
import type { Environment } from '../core/environment.ts';
import { isSystemError } from '../files/systemError.ts';

export interface ToolOptions {
  readonly env: Environment;
  readonly cwd?: string;
  /** Ends the tool. */
  readonly signal: AbortSignal;
  /** Each line that it prints, on either stream. */
  readonly onLine?: (line: string) => void;
}

export interface ToolResult {
  /** Exit status, or the signal that ended it; `missing` where there is no such tool. */
  readonly status: number | string;
  readonly output: string;
}

const OUTPUT_LIMIT = 1 << 20;

/** Runs a program that is no part of this one: no shell, an argument list. @throws the signal's reason where it was aborted */
export function runTool(command: string, args: readonly string[], options: ToolOptions): Promise<ToolResult> {
  const { env, cwd, signal, onLine } = options;
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const tool = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    let output = '';
    let line = '';
    for (const stream of [tool.stdout, tool.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output = (output + text).slice(-OUTPUT_LIMIT);
        const lines = (line + text).split(/[\r\n]+/);
        line = lines.pop() ?? '';
        for (const each of lines.filter((text) => text.trim() !== '')) onLine?.(each.trim());
      });
    }
    const end = () => tool.kill('SIGTERM');
    signal.addEventListener('abort', end);
    tool.on('error', (error) => {
      signal.removeEventListener('abort', end);
      if (isSystemError(error) && error.code === 'ENOENT') resolve({ status: 'missing', output });
      else reject(error);
    });
    tool.on('close', (code, ended) => {
      signal.removeEventListener('abort', end);
      if (signal.aborted) reject(signal.reason as Error);
      else resolve({ status: code ?? ended ?? 'unknown', output });
    });
  });
}

/** The end of what a tool printed, for a message. */
export function lastLines(output: string, count = 12): string {
  return output.trim().split('\n').slice(-count).join('\n');
}
