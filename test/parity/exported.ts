import { asking, type Interpreter } from './interpreter.ts';
import type { AskedInputs } from '../support/tunedModel.ts';
import type { Prompts } from './python.ts';

/** The commands of exportParity.py, in an environment that has the libraries. */
export function exported(interpreter: Interpreter) {
  const ask = asking('exportParity.py', interpreter);
  return {
    runSnippet: (python: string, inputs: AskedInputs) =>
      ask<{ logits: number[][] }>('run-snippet', { python }, inputs),
    batch: (python: string, texts: readonly string[]) =>
      ask<{ input_ids: number[][]; attention_mask: number[][]; logits: number[][] }>(
        'batch-snippet',
        { python },
        { texts },
      ),
    generate: (python: string, asked: Pick<Prompts, 'prompts' | 'settings'>) =>
      ask<{ written: number[][] }>('generate-snippet', { python }, asked),
    loadAdapterHub: (python: string, inputs: AskedInputs) =>
      ask<{ logits: number[][]; missing: string[]; unexpected: string[]; loaded: number }>(
        'load-adapterhub',
        { python },
        inputs,
      ),
    loadAdapter: (folder: string, model: string) => ask<{ refusal: string }>('load-adapter', folder, model),
  };
}
