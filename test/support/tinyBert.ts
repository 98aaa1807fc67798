import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PaddedInputs, StepsAnswer, StepsQuestion } from './tunedModel.ts';

const folder = fileURLToPath(new URL('../fixtures/tinyBert', import.meta.url));

/** What Transformers and PEFT computed on a tiny BERT; test/fixtures/README.md says how. */
export const tinyBert = {
  model: join(folder, 'model'),
  adapter: join(folder, 'adapter'),
  outputs: read<{ inputs: PaddedInputs; logits: number[][]; hidden_states: number[][][][] }>('logits'),
  adapterOutputs: read<{ inputs: PaddedInputs; logits: number[][] }>('adapterLogits'),
  steps: read<StepsQuestion & StepsAnswer>('lnSteps'),
  stepsDecay: read<StepsQuestion & StepsAnswer>('lnStepsDecay'),
};

function read<Content>(name: string): Content {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Content;
}
