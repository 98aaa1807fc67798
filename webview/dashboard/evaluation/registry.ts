import type { PredictionTask } from '../../../src/protocol/predictions/registry.ts';
import { questionAnswering } from './questionAnswering.ts';
import { textClassification } from './textClassification.ts';
import { textGeneration } from './textGeneration.ts';
import { tokenClassification } from './tokenClassification.ts';
import type { EvaluationView } from './view.ts';

/** Every view, by task. Adding one is a file beside this and an entry here; its reading is in `src/protocol/predictions`. */
export const evaluationViews: Readonly<Record<PredictionTask, EvaluationView>> = {
  'text-classification': textClassification,
  'token-classification': tokenClassification,
  'question-answering': questionAnswering,
  'text-generation': textGeneration,
};
