import type { AskedInputs, StepsAnswer, StepsQuestion } from '../support/tunedModel.ts';
import { asking } from './interpreter.ts';

const ask = asking('peftParity.py', 'PARITY_PYTHON');

/** The commands of peftParity.py. */
export const python = {
  logits: (model: string, inputs: AskedInputs) => ask<Outputs>('logits', model, inputs),
  lnSteps: (model: string, steps: AskedSteps & { target_modules: string | string[]; save?: string }) =>
    ask<StepsAnswer>('ln-steps', model, steps),
  tunedSteps: (model: string, steps: AskedSteps & Tuned & { save?: string }) =>
    ask<StepsAnswer & { readonly initial: StepsAnswer['tensors'] }>('tuned-steps', model, steps),
  loadPeft: (model: string, adapter: string, inputs: AskedInputs) =>
    ask<Pick<Outputs, 'logits'> & Record<'missing' | 'unexpected' | 'warnings', string[]>>(
      'load-peft',
      model,
      adapter,
      inputs,
    ),
  loadMerged: (model: string, inputs: AskedInputs) =>
    ask<Outputs & Record<'missing' | 'unexpected' | 'mismatched', string[]>>('load-merged', model, inputs),
  generate: (model: string, asked: Prompts) =>
    ask<{ written: number[][]; initial: StepsAnswer['tensors'] }>('generate', model, asked),
  fresh: (configFile: string) =>
    ask<Record<string, { std: number; zero_rows: number[]; value: number | null }>>('fresh', configFile),
  counts: (configFile: string) => ask<Record<'base' | 'trained' | 'head', number>>('counts', configFile),
  tokenizeWords: (tokenizer: string, words: { texts: string[][]; max_length: number }) =>
    ask<{ input_ids: number[][]; word_ids: (number | null)[][] }>('tokenize-words', tokenizer, words),
  tokenizeWindows: (tokenizer: string, pairs: AskedPairs) =>
    ask<{ windows: WindowAnswer[][] }>('tokenize-windows', tokenizer, pairs),
  answers: (asked: { questions: readonly object[]; n_best: number; max_answer_length: number }) =>
    ask<{ predictions: string[]; positions: [number, number][][] }>('answers', asked),
  squadMetrics: (given: { predictions: string[]; answers: string[][] }) =>
    ask<Record<'exact_match' | 'f1', number>>('squad-metrics', given),
  entityMetrics: (tags: Record<'truth' | 'predicted', string[][]>) =>
    ask<
      Record<'f1' | 'precision' | 'recall' | 'accuracy', number> & { entities: [string, number, number][][] }
    >('entity-metrics', tags),
  tokenize: (tokenizer: string, texts: { texts: string[]; pairs?: string[]; max_length: number }) =>
    ask<
      Record<'input_ids' | 'attention_mask', number[][]> & {
        readonly token_type_ids?: number[][];
        readonly decoded: string[];
      }
    >('tokenize', tokenizer, texts),
};

export interface Prompts {
  readonly prompts: readonly (readonly number[])[];
  readonly settings: Readonly<Record<string, number | boolean | string>>;
  readonly peft?: { readonly peft_type: string } & Readonly<Record<string, unknown>>;
}

/** What is trained: fields of a configuration of PEFT, or, without PEFT, a regular expression for parameters' names. */
export type Tuned =
  | { readonly peft: Readonly<Record<string, unknown>> & { readonly peft_type: string } }
  | { readonly trainable: string };

type AskedSteps = Omit<StepsQuestion, 'examples'> & {
  readonly examples: readonly (Omit<StepsQuestion['examples'][number], 'token_type_ids'> &
    Partial<StepsQuestion['examples'][number]>)[];
};

interface AskedPairs {
  readonly questions: readonly string[];
  readonly contexts: readonly string[];
  readonly max_length: number;
  readonly doc_stride: number;
}

export interface WindowAnswer {
  readonly input_ids: number[];
  readonly token_type_ids: number[];
  /** Of tokens of the second text. */
  readonly offsets: ([number, number] | null)[];
}

interface Outputs {
  readonly logits: number[][] | number[][][];
  readonly hidden_states: number[][][][];
}
