import { questionAnswering } from './questionAnswering.ts';
import { textClassification } from './textClassification.ts';
import { textGeneration } from './textGeneration.ts';
import { tokenClassification } from './tokenClassification.ts';
import type { EvaluationView } from './view.ts';

const list: readonly EvaluationView[] = [
  textClassification,
  tokenClassification,
  questionAnswering,
  textGeneration,
];

/** By task; each has a reading in `src/protocol/predictions`. */
export const evaluationViews: Readonly<Record<string, EvaluationView>> = Object.fromEntries(
  list.map((view) => [view.task, view]),
);
