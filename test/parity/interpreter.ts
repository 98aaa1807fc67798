import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Variables with the interpreters of environments A and B, see setup.ts. */
export type Interpreter = 'PARITY_PYTHON' | 'PARITY_ADAPTERS_PYTHON';

interface Waiting {
  readonly question: readonly unknown[];
  resolve(answer: unknown): void;
  reject(reason: unknown): void;
}

/**
 * Asks a script of this folder: a command and its arguments. Questions that are asked without waiting in between share one process, whose
 * start takes seconds; so a suite asks all of them first.
 */
export function asking(script: string, interpreter: Interpreter) {
  let waiting: Waiting[] = [];

  return function ask<Answer>(...question: readonly unknown[]): Promise<Answer> {
    const answer = new Promise<unknown>((resolve, reject) => {
      if (waiting.length === 0) setImmediate(() => void answerAll());
      waiting.push({ question, resolve, reject });
    });
    answer.catch(() => undefined); // the test that awaits it fails, not the suite
    return answer as Promise<Answer>;
  };

  async function answerAll(): Promise<void> {
    const asked = waiting;
    waiting = [];
    try {
      const answers = await run(
        script,
        interpreter,
        asked.map(({ question }) => question),
      );
      asked.forEach(({ resolve, reject }, i) => {
        const { error } = answers[i];
        if (error === undefined) resolve(answers[i]);
        else reject(new Error(error));
      });
    } catch (error) {
      asked.forEach(({ reject }) => reject(error));
    }
  }
}

/** One process. */
async function run(
  script: string,
  interpreter: Interpreter,
  questions: readonly unknown[],
): Promise<{ error?: string }[]> {
  const folder = await mkdtemp(join(tmpdir(), 'peft-workbench-python-'));
  const [asked, answered] = [join(folder, 'questions.json'), join(folder, 'answers.json')];
  try {
    await writeFile(asked, JSON.stringify(questions));
    const path = fileURLToPath(new URL(script, import.meta.url));
    await promisify(execFile)(process.env[interpreter]!, [path, 'batch', asked, answered], {
      env: { ...process.env, HF_HUB_OFFLINE: '1' },
      maxBuffer: 1 << 26,
    });
    return JSON.parse(await readFile(answered, 'utf8')) as { error?: string }[];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
