import { questionAnswering } from './questionAnswering.ts';
import type { PredictionReading } from './reading.ts';
import { textClassification } from './textClassification.ts';
import { textGeneration } from './textGeneration.ts';
import { tokenClassification } from './tokenClassification.ts';

const readings = {
  'text-classification': textClassification,
  'token-classification': tokenClassification,
  'question-answering': questionAnswering,
  'text-generation': textGeneration,
};

/** Each has a view in `webview/dashboard/evaluation`. */
export type PredictionTask = keyof typeof readings;

/** By task, as recipes name it; a task that predicts nothing of single rows has none. */
export const predictionReadings: Readonly<Record<PredictionTask, PredictionReading>> = readings;

export function isPredictionTask(task: string | undefined): task is PredictionTask {
  return task !== undefined && Object.hasOwn(readings, task);
}
