import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { PaddedInputs, StepsAnswer, StepsQuestion } from '../support/tunedModel.ts';

/**
 * The commands of peftParity.py. Questions that are asked without waiting in between share one process, whose start
 * takes seconds; so a suite asks all of them first.
 */
export const python = {
  logits: (model: string, inputs: PaddedInputs) => ask<Outputs>('logits', model, inputs),
  lnSteps: (model: string, steps: StepsQuestion & { target_modules: string | string[]; save?: string }) =>
    ask<StepsAnswer>('ln-steps', model, steps),
  tunedSteps: (model: string, steps: StepsQuestion & Tuned) =>
    ask<StepsAnswer & { readonly initial: StepsAnswer['tensors'] }>('tuned-steps', model, steps),
  loadPeft: (model: string, adapter: string, inputs: PaddedInputs) =>
    ask<Outputs & Record<'missing' | 'unexpected' | 'warnings', string[]>>(
      'load-peft',
      model,
      adapter,
      inputs,
    ),
  loadMerged: (model: string, inputs: PaddedInputs) =>
    ask<Outputs & Record<'missing' | 'unexpected' | 'mismatched', string[]>>('load-merged', model, inputs),
  counts: (configFile: string) => ask<Record<'base' | 'trained' | 'head', number>>('counts', configFile),
  tokenize: (tokenizer: string, texts: { texts: string[]; pairs?: string[]; max_length: number }) =>
    ask<Record<'input_ids' | 'token_type_ids' | 'attention_mask', number[][]>>('tokenize', tokenizer, texts),
};

/** What is trained: fields of a configuration of PEFT, or, without PEFT, a regular expression for parameters' names. */
export type Tuned =
  | { readonly peft: Readonly<Record<string, unknown>> & { readonly peft_type: string } }
  | { readonly trainable: string };

interface Outputs {
  readonly logits: number[][];
  readonly hidden_states: number[][][][];
}

interface Waiting {
  readonly question: readonly unknown[];
  resolve(answer: unknown): void;
  reject(reason: unknown): void;
}

let waiting: Waiting[] = [];

function ask<Answer>(...question: readonly unknown[]): Promise<Answer> {
  const answer = new Promise<unknown>((resolve, reject) => {
    if (waiting.length === 0) setImmediate(() => void answerAll());
    waiting.push({ question, resolve, reject });
  });
  answer.catch(() => undefined); // the test that awaits it fails, not the suite
  return answer as Promise<Answer>;
}

async function answerAll(): Promise<void> {
  const asked = waiting;
  waiting = [];
  try {
    const answers = await run(asked.map(({ question }) => question));
    asked.forEach(({ resolve, reject }, i) => {
      const { error } = answers[i];
      if (error === undefined) resolve(answers[i]);
      else reject(new Error(error));
    });
  } catch (error) {
    asked.forEach(({ reject }) => reject(error));
  }
}

/** One process of the interpreter `PARITY_PYTHON` (see setup.ts). */
async function run(questions: readonly unknown[]): Promise<{ error?: string }[]> {
  const script = fileURLToPath(new URL('peftParity.py', import.meta.url));
  const folder = await mkdtemp(join(tmpdir(), 'peft-workbench-python-'));
  const [asked, answered] = [join(folder, 'questions.json'), join(folder, 'answers.json')];
  try {
    await writeFile(asked, JSON.stringify(questions));
    await promisify(execFile)(process.env.PARITY_PYTHON!, [script, 'batch', asked, answered], {
      env: { ...process.env, HF_HUB_OFFLINE: '1' },
      maxBuffer: 1 << 26,
    });
    return JSON.parse(await readFile(answered, 'utf8')) as { error?: string }[];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
