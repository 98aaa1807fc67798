import { questionAnswering } from './questionAnswering.ts';
import type { PredictionReading } from './reading.ts';
import { textClassification } from './textClassification.ts';
import { textGeneration } from './textGeneration.ts';
import { tokenClassification } from './tokenClassification.ts';

const list: readonly PredictionReading[] = [
  textClassification,
  tokenClassification,
  questionAnswering,
  textGeneration,
];

/** By task; a task that predicts nothing for single rows has none. */
export const predictionReadings: Readonly<Record<string, PredictionReading>> = Object.fromEntries(
  list.map((reading) => [reading.task, reading]),
);
